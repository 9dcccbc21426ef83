package io.directord.jinja.evaluate;

import io.directord.jinja.value.Arguments;
import java.util.Map;

/**
 * The names that a template is given. Values are as {@link io.directord.jinja.value.Values} lists
 * them; lists and maps may be changed by the template.
 */
@FunctionalInterface
public interface Context {
  /** What a name is that does not exist. */
  Object ABSENT = Arguments.ABSENT;

  /** The value, or {@link #ABSENT}; asked once for each name that a rendering looks up. */
  Object find(String name);

  static Context of(Map<String, ?> values) {
    return name -> values.containsKey(name) ? values.get(name) : ABSENT;
  }
}

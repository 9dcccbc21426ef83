package io.directord.jinja.evaluate;

import io.directord.jinja.value.Arguments;
import java.util.Map;

/**
 * The names available to a template. Values have the types that {@link
 * io.directord.jinja.value.PythonValues} lists; a template may change lists and maps.
 */
@FunctionalInterface
public interface Context {
  /** Marks a name that does not exist. */
  Object ABSENT = Arguments.ABSENT;

  /** The value, or {@link #ABSENT}. Called once for each name that a rendering looks up. */
  Object find(String name);

  static Context of(Map<String, ?> values) {
    return name -> values.containsKey(name) ? values.get(name) : ABSENT;
  }
}

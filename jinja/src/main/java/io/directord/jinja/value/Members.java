package io.directord.jinja.value;

import java.util.Locale;

/** A value of the engine that has attributes. */
public interface Members {
  /** The attribute, or {@link Arguments#ABSENT}. */
  Object member(String name);

  /** The name of its type in messages. */
  default String type() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}

package io.directord.jinja.value;

import java.util.Locale;

/** A value of the engine's own that has attributes. */
public interface Members {
  /** The attribute, or {@link Arguments#ABSENT}. */
  Object member(String name);

  /** What messages call its type. */
  default String type() {
    return getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }
}

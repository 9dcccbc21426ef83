package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;

/**
 * The value of a name that does not exist. The test {@code defined} accepts it; every other use
 * fails, as with Jinja2's {@code StrictUndefined}.
 *
 * @param message in Jinja2's words
 * @param quiet whether it prints as an empty text and is false, as the result of {@code a if b}
 *     when b is false
 */
public record Undefined(String message, boolean quiet) {
  public Undefined(String message) {
    this(message, false);
  }

  /** Fails if the value is one. */
  public static void refuse(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.used();
    }
  }

  /** Whether the value is an undefined one; fails unless that is quiet. */
  public static boolean isQuiet(Object value) {
    if (value instanceof Undefined undefined && !undefined.quiet()) {
      throw undefined.used();
    }
    return value instanceof Undefined;
  }

  private TemplateException used() {
    return new TemplateException(TemplateException.Kind.UNDEFINED, message);
  }
}

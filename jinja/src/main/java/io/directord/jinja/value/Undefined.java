package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;

/**
 * Stands for what a template names and does not exist. Whoever asks whether it is defined may have
 * it; every other use fails, as with Jinja2's {@code StrictUndefined}.
 *
 * @param message in Jinja2's words
 * @param quiet whether it prints as nothing and is false, as what {@code a if b} gives where b does
 *     not hold
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

  /** Whether the value is one, which has to be quiet. */
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

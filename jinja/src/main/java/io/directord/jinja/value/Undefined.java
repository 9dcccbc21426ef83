package io.directord.jinja.value;

import io.directord.jinja.error.TemplateException;

/**
 * The value of what does not exist. The test {@code defined} accepts it; every other use fails, as
 * with Jinja2's {@code StrictUndefined}.
 *
 * @param message in Jinja2's words
 */
public record Undefined(String message, Kind kind) {
  /** The kind of what does not exist. */
  public enum Kind {
    /** A name, which fails even where it is printed within a list or map. */
    NAME,
    /** A part of a value, which is printed as {@code Undefined} within a list or map. */
    MEMBER,
    /** The result of {@code a if b} when b is false: empty and false. */
    QUIET
  }

  public Undefined(String message) {
    this(message, Kind.MEMBER);
  }

  /** Fails if the value is one. */
  public static void refuse(Object value) {
    if (value instanceof Undefined undefined) {
      throw undefined.used();
    }
  }

  /** Whether the value is an undefined one; fails unless that is quiet. */
  public static boolean isQuiet(Object value) {
    if (value instanceof Undefined undefined && undefined.kind() != Kind.QUIET) {
      throw undefined.used();
    }
    return value instanceof Undefined;
  }

  /** How it is printed within a list or map. */
  String repr() {
    if (kind == Kind.NAME) {
      throw used();
    }
    return "Undefined";
  }

  private TemplateException used() {
    return new TemplateException(TemplateException.Kind.UNDEFINED, message);
  }
}

package io.directord.jinja.error;

/** A template that cannot be read or rendered; the message is in Jinja2's and Python's words. */
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** What kind of failure it is. */
  public enum Kind {
    /** The template is invalid, or uses its values wrongly. */
    ERROR,
    /** A name does not exist. */
    UNDEFINED,
    /** A limit was exceeded. */
    LIMIT,
    /** The thread was interrupted. */
    INTERRUPTED
  }

  private final Kind kind;
  private int line;

  public TemplateException(String message) {
    this(Kind.ERROR, message);
  }

  /**
   * @param line from 1
   */
  public TemplateException(String message, int line) {
    this(Kind.ERROR, message);
    this.line = line;
  }

  public TemplateException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  /** The line of the template, from 1; 0 where it is not known. */
  public int line() {
    return line;
  }

  /** Sets the line, unless an inner one has been set. */
  public TemplateException at(int where) {
    if (line == 0) {
      line = where;
    }
    return this;
  }
}

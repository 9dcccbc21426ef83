package io.directord.client.execution.template;

import com.hubspot.jinjava.interpret.UnknownTokenException;

/**
 * A template that cannot be parsed or rendered; the message is in Jinja2's and Python's words. It
 * is of the one kind that the engine does not put into a text of its own.
 */
final class TemplateException extends UnknownTokenException {
  private static final long serialVersionUID = 1;

  private final String message;
  private final boolean undefined;
  private int line;

  TemplateException(String message) {
    this(message, false, 0);
  }

  /**
   * @param line from 1; 0 where it is not known
   */
  TemplateException(String message, int line) {
    this(message, false, line);
  }

  private TemplateException(String message, boolean undefined, int line) {
    super("", line, 0);
    this.message = message;
    this.undefined = undefined;
    this.line = line;
  }

  static TemplateException undefined(String message) {
    return new TemplateException(message, true, 0);
  }

  /** Whether something was named that does not exist. */
  boolean isUndefined() {
    return undefined;
  }

  @Override
  public String getMessage() {
    return message;
  }

  @Override
  public int getLineNumber() {
    return line;
  }

  /** Notes the line, unless one deeper inside has been noted. */
  TemplateException at(int where) {
    if (line == 0) {
      line = where;
    }
    return this;
  }
}

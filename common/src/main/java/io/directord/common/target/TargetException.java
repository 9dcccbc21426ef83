package io.directord.common.target;

/** An expression that cannot be read; the message is for its author. */
public final class TargetException extends Exception {
  private static final long serialVersionUID = 1;

  private final int column;

  TargetException(int column, String message) {
    super(message);
    this.column = column;
  }

  /** Where it is wrong: from 1 to one behind the last character. */
  public int column() {
    return column;
  }
}

package io.directord.common.component;

/** Arguments that make no sense; the message is for their author. */
public final class PlanException extends Exception {
  public PlanException(String message) {
    super(message);
  }

  public PlanException(String message, Throwable cause) {
    super(message, cause);
  }
}

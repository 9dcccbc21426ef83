package io.directord.common.component;

import java.util.List;

/** Arguments that make no sense; the messages are for their author. */
public final class PlanException extends Exception {
  private final List<String> mistakes;

  public PlanException(String message) {
    this(List.of(message));
  }

  public PlanException(String message, Throwable cause) {
    super(message, cause);
    this.mistakes = List.of(message);
  }

  /** Several mistakes at once. */
  public PlanException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** Each a sentence of its own; never empty. */
  public List<String> mistakes() {
    return mistakes;
  }
}

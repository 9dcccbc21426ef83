package io.directord.common.component;

import java.util.List;

/** Arguments that make no sense; the messages are for their author. */
public class PlanException extends Exception {
  private final List<Fault> faults;

  public PlanException(String message) {
    this(message, (Throwable) null);
  }

  public PlanException(String message, Throwable cause) {
    super(message, cause);
    this.faults = List.of(new Fault(message, null));
  }

  /** Several mistakes at once. */
  public PlanException(List<String> mistakes) {
    super(String.join("\n", mistakes));
    this.faults = mistakes.stream().map(message -> new Fault(message, null)).toList();
  }

  private PlanException(String messages, List<Fault> faults) {
    super(messages);
    this.faults = List.copyOf(faults);
  }

  /** Several mistakes at once, some of them in the {@code vars} mapping of a job. */
  static PlanException of(List<Fault> faults) {
    return new PlanException(
        String.join("\n", faults.stream().map(Fault::message).toList()), faults);
  }

  /**
   * One mistake.
   *
   * @param message a sentence of its own
   * @param variable the key of the {@code vars} mapping that it is in, as written; null for none
   */
  public record Fault(String message, String variable) {}

  /** Each with where it is; never empty. */
  public List<Fault> faults() {
    return faults;
  }

  /** Each a sentence of its own; never empty. */
  public List<String> mistakes() {
    return faults.stream().map(Fault::message).toList();
  }
}

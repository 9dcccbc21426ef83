package io.directord.common.component;

import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Invalid arguments; the messages are for their author. Places are keys of the job or of its {@code
 * vars} mapping, or are in the file of a definition.
 */
public class PlanException extends Exception {
  private final List<ValidationError> errors;

  public PlanException(String message) {
    this(message, (Throwable) null);
  }

  public PlanException(String message, Throwable cause) {
    super(message, cause);
    this.errors = List.of(new ValidationError(message));
  }

  /**
   * Several errors at once.
   *
   * @param errors at least one
   */
  public PlanException(List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::message).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** Each with its place; never empty. */
  public List<ValidationError> errors() {
    return errors;
  }
}

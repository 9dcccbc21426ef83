package io.directord.common.orchestration;

import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.stream.Collectors;

/** An invalid orchestration, with all its errors. Nothing of it was started. */
public final class InvalidOrchestrationException extends Exception {
  private final List<ValidationError> errors;

  public InvalidOrchestrationException(List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** In the order of the files and their lines; never empty. */
  public List<ValidationError> errors() {
    return errors;
  }
}

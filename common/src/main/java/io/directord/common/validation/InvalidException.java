package io.directord.common.validation;

import java.util.List;
import java.util.stream.Collectors;

/** What an author wrote cannot be used; all errors together, each with its place. */
public final class InvalidException extends IllegalArgumentException {
  private final transient List<ValidationError> errors;

  /**
   * @param errors at least one
   */
  public InvalidException(List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** Each with where it is; never empty. */
  public List<ValidationError> errors() {
    return errors;
  }
}

package io.directord.common.config;

import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.stream.Collectors;

/** Invalid settings; has all errors, each with its place. */
public final class InvalidSettingsException extends Exception {
  private final List<ValidationError> errors;

  public InvalidSettingsException(List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /** In the order of detection; never empty. */
  public List<ValidationError> errors() {
    return errors;
  }
}

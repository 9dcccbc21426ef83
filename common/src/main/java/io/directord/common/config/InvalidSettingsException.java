package io.directord.common.config;

import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.stream.Collectors;

/** Invalid settings; has all errors, each with its place. */
public final class InvalidSettingsException extends Exception {
  private final List<ValidationError> errors;
  private final Settings sound;

  InvalidSettingsException(List<ValidationError> errors, Settings sound) {
    super(errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
    this.sound = sound;
  }

  /** The settings without those that are wrong. */
  public Settings sound() {
    return sound;
  }

  /** In the order of detection; never empty. */
  public List<ValidationError> errors() {
    return errors;
  }
}

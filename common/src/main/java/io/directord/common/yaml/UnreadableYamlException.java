package io.directord.common.yaml;

import io.directord.common.validation.ValidationError;

/**
 * Thrown for a file that cannot be read any further, such as one that is not YAML or is too large.
 */
public final class UnreadableYamlException extends Exception {
  private final ValidationError error;

  UnreadableYamlException(ValidationError error) {
    super(error.toString());
    this.error = error;
  }

  /** Why, with the place. */
  public ValidationError error() {
    return error;
  }
}

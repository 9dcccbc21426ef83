package io.directord.common.validation;

import java.util.List;
import java.util.stream.Collectors;

/** Invalid input, with all errors and their places. */
public final class InvalidException extends IllegalArgumentException {
  private final transient List<ValidationError> errors;

  /**
   * @param errors at least one
   */
  public InvalidException(List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  /**
   * With one error.
   *
   * @param key where it is
   */
  public static InvalidException of(String key, String message) {
    return new InvalidException(List.of(new Place.Key(key).error(message)));
  }

  /** Each with its place; never empty. */
  public List<ValidationError> errors() {
    return errors;
  }
}

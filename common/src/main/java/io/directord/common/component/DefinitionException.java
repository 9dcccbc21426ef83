package io.directord.common.component;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A definition that cannot be used, whatever a job says. Its errors are in the order of the file.
 */
public final class DefinitionException extends PlanException {

  public DefinitionException(List<ValidationError> errors) {
    super(errors);
  }

  public DefinitionException(Path file, String message, Throwable cause) {
    super(List.of(new Place.InFile(file, 0, 0).error(message)));
    initCause(cause);
  }

  /** Every error with its file, line and column, since a job's author sees no file of it. */
  @Override
  public String getMessage() {
    return errors().stream().map(ValidationError::toString).collect(Collectors.joining("\n"));
  }
}

package io.directord.common.component;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Thrown for an invalid definition of a verb. Its errors are in the order of the file. */
public final class DefinitionException extends PlanException {

  public DefinitionException(List<ValidationError> errors) {
    super(errors);
  }

  public DefinitionException(Path file, String message, Throwable cause) {
    super(List.of(new Place.InFile(file, 0, 0).error(message)));
    initCause(cause);
  }

  /** All errors with file, line and column. */
  @Override
  public String getMessage() {
    return errors().stream().map(ValidationError::toString).collect(Collectors.joining("\n"));
  }
}

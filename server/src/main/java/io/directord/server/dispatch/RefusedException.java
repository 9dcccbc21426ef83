package io.directord.server.dispatch;

import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.stream.Collectors;

/** A request that makes no sense to the dispatcher; the message says why and what to do. */
public final class RefusedException extends RuntimeException {

  /** What kind of refusal, for the API to choose a status. */
  public enum Kind {
    NOT_FOUND,
    INVALID,
    CONFLICT,
    FULL,
    /** It was not refused: it may be done, or still be done. */
    UNDECIDED
  }

  private final Kind kind;
  private final List<ValidationError> errors;

  public RefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.errors = List.of();
  }

  /** Single jobs of a submission are wrong. */
  public RefusedException(List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::message).collect(Collectors.joining("\n")));
    this.kind = Kind.INVALID;
    this.errors = List.copyOf(errors);
  }

  /** What is wrong with single jobs; empty if it is something else. */
  public List<ValidationError> errors() {
    return errors;
  }

  public Kind kind() {
    return kind;
  }
}

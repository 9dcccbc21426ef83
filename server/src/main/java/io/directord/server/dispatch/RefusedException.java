package io.directord.server.dispatch;

import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.stream.Collectors;

/** A request refused by the dispatcher; the message says why and what to do. */
public final class RefusedException extends RuntimeException {

  /** The kind of refusal, for the status of the API. */
  public enum Kind {
    NOT_FOUND,
    INVALID,
    CONFLICT,
    FULL,
    /** The caller may not do it. */
    FORBIDDEN,
    /** Not refused: the change may have been made, or may still be made. */
    UNDECIDED
  }

  private final Kind kind;
  private final ErrorCode code;
  private final List<ValidationError> errors;

  public RefusedException(Kind kind, ErrorCode code, String message) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.errors = List.of();
  }

  /** Single jobs of a submission are wrong. */
  public RefusedException(List<ValidationError> errors) {
    this(Kind.INVALID, errors);
  }

  /** What stands against single jobs of a submission. */
  public RefusedException(Kind kind, List<ValidationError> errors) {
    super(errors.stream().map(ValidationError::message).collect(Collectors.joining("\n")));
    this.kind = kind;
    this.code = ErrorCode.of(errors);
    this.errors = List.copyOf(errors);
  }

  /** What was written is wrong, and not only what was looked for is not there. */
  public RefusedException(Kind kind, ErrorCode code, ValidationError error) {
    super(error.message());
    this.kind = kind;
    this.code = code;
    this.errors = List.of(error);
  }

  /** What is wrong with what was written, as with single jobs; empty if it is something else. */
  public List<ValidationError> errors() {
    return errors;
  }

  public Kind kind() {
    return kind;
  }

  /** The cause. */
  public ErrorCode code() {
    return code;
  }
}

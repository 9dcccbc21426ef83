package io.directord.server.dispatch;

/** A request that makes no sense to the dispatcher; the message says why and what to do. */
public final class RefusedException extends RuntimeException {

  /** What kind of refusal, for the API to choose a status. */
  public enum Kind {
    NOT_FOUND,
    INVALID,
    CONFLICT,
    FULL
  }

  private final Kind kind;

  public RefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}

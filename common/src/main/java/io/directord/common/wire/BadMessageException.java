package io.directord.common.wire;

/** A message that cannot be decoded. It is counted and logged, and changes nothing. */
public final class BadMessageException extends Exception {
  public BadMessageException(String message) {
    super(message);
  }

  public BadMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}

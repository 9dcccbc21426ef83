package io.directord.cli.bootstrap;

/** Thrown for a host that cannot be connected to; the message says why. */
final class UnreachableException extends Exception {
  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}

package io.directord.cli.options;

/** Thrown for a word that an option cannot take; the message says what is expected. */
final class InvalidValueException extends RuntimeException {
  InvalidValueException(String message) {
    super(message);
  }
}

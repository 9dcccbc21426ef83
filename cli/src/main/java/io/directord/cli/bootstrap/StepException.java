package io.directord.cli.bootstrap;

/** Thrown for a step that failed; the message says why. */
final class StepException extends Exception {
  StepException(String message) {
    super(message);
  }
}

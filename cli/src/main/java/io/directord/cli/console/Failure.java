package io.directord.cli.console;

/** Ends a command with a message of a few lines for standard error, and an exit status. */
public final class Failure extends Exception {
  private final int status;

  public Failure(int status, String message) {
    this(status, message, null);
  }

  public Failure(int status, String message, Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  /** Wrong usage of a command. */
  public static Failure usage(String message) {
    return new Failure(ExitStatus.USAGE, message);
  }

  /** One of {@link ExitStatus}. */
  public int status() {
    return status;
  }
}

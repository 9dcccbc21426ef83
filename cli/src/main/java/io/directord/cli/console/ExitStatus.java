package io.directord.cli.console;

/**
 * The exit statuses of what is not an error: a command that ends for an error ends with the status
 * of its {@link io.directord.common.validation.ErrorCode}. Scripts depend on these numbers.
 */
public final class ExitStatus {
  public static final int OK = 0;

  /** A job failed, or the answer is no, or there is nothing to show. */
  public static final int FAILED = 1;

  /** Ended by Ctrl-C, as shells have it: 128 + SIGINT. */
  public static final int INTERRUPTED = 130;

  /** Likewise by SIGTERM. */
  public static final int TERMINATED = 143;

  private ExitStatus() {}
}

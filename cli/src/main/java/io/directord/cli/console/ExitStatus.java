package io.directord.cli.console;

/** Exit statuses. Scripts depend on these numbers. */
public final class ExitStatus {
  public static final int OK = 0;

  /** A job failed, the action is not possible now, or there is nothing to show. */
  public static final int FAILED = 1;

  /**
   * Wrong usage, settings or orchestration, whether found here or by the server; nothing was done.
   */
  public static final int USAGE = 2;

  /** No server at the socket. */
  public static final int NO_SERVER = 3;

  /** Waiting was given up; the jobs go on. */
  public static final int GAVE_UP = 4;

  /** The server has not said whether it did what was requested; it may have, or may still do it. */
  public static final int UNDECIDED = 5;

  /** Ended by Ctrl-C, as shells have it: 128 + SIGINT. */
  public static final int INTERRUPTED = 130;

  private ExitStatus() {}
}

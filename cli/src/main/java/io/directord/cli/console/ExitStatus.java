package io.directord.cli.console;

/** What the process says to the one who started it. Scripts depend on these numbers. */
public final class ExitStatus {
  public static final int OK = 0;

  /** A job failed, it cannot be done as things are, or there is nothing to show. */
  public static final int FAILED = 1;

  /** Wrong usage, settings or orchestration, also if only the server sees it; nothing was done. */
  public static final int USAGE = 2;

  /** No server at the socket. */
  public static final int NO_SERVER = 3;

  /** Waiting was given up; the jobs go on. */
  public static final int GAVE_UP = 4;

  /** The server has not said whether it did what was asked; it may have, or may still do it. */
  public static final int UNDECIDED = 5;

  /** Ended by Ctrl-C, as shells have it: 128 + SIGINT. */
  public static final int INTERRUPTED = 130;

  private ExitStatus() {}
}

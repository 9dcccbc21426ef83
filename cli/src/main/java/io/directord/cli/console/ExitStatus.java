package io.directord.cli.console;

import io.directord.common.api.Problem;
import io.directord.common.validation.Place;

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

  private static final int BAD_REQUEST = 400;
  private static final int CONFLICT = 409;

  private ExitStatus() {}

  /**
   * For what the server has refused. Errors say that what was written is wrong; but a conflict that
   * names their places says what is not possible now.
   */
  public static int of(Problem refusal) {
    boolean isWrong =
        refusal.errors().stream()
            .anyMatch(error -> refusal.status() != CONFLICT || error.place().equals(Place.NONE));
    return refusal.status() == BAD_REQUEST || isWrong ? USAGE : FAILED;
  }
}

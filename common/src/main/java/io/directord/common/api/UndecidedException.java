package io.directord.common.api;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The server was asked to change something and has not said whether it did: it may have, or may
 * still do it. The message says how to find out. A submission may be sent again as it is, with the
 * same ids.
 */
public final class UndecidedException extends IOException {
  private static final int MAX_NAMED = 5;

  UndecidedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** What is told of a submission, for people. */
  public static String ofJobs(String why, List<UUID> jobs) {
    String ids =
        jobs.stream().limit(MAX_NAMED).map(UUID::toString).collect(Collectors.joining(" "));
    int more = jobs.size() - MAX_NAMED;
    return "the server has not said that it took the jobs: "
        + why
        + ". They may have been taken all the same, and then run as soon as the server can; look"
        + " with 'directord manage --job-info ID' before you give them again: "
        + ids
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** What is told of any other change, for people. */
  public static String ofRequest(String why) {
    return "the server has not said that it did it: "
        + why
        + ". It may do it all the same; it does no harm to ask for it again";
  }
}

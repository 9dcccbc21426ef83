package io.directord.common.api;

import io.directord.common.validation.Coded;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The server has not confirmed a change: it may have made it, or may still make it. The message
 * says how to find out. A submission may be repeated as it is, with the same ids.
 */
public final class UndecidedException extends IOException implements Coded {
  private static final int MAX_NAMED = 5;

  UndecidedException(String message, Throwable cause) {
    super(message, cause);
  }

  /** The message for a submission. */
  public static String ofJobs(String why, List<UUID> jobs) {
    String ids =
        jobs.stream().limit(MAX_NAMED).map(UUID::toString).collect(Collectors.joining(" "));
    int more = jobs.size() - MAX_NAMED;
    return "the server has not confirmed that it accepted the jobs: "
        + why
        + ". It may have accepted them, and then they run as soon as it can; look with 'directord manage --job-info ID' before you submit them again: "
        + ids
        + (more > 0 ? " and " + more + " more" : "");
  }

  /** The message for any other change. */
  public static String ofRequest(String why) {
    return "the server has not confirmed the change: "
        + why
        + ". It may still make it; repeating the request does no harm";
  }

  @Override
  public ErrorCode code() {
    return ErrorCode.UNDECIDED;
  }
}

package io.directord.server.dispatch;

import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.server.store.StoredSchedule;

/** The memory for the jobs of schedules. */
final class ScheduleRoom {
  /** Of a job, beside its text. */
  private static final int JOB_BYTES = 2000;

  private final long maxBytes;

  /**
   * @param maxBytes of all schedules together
   */
  ScheduleRoom(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** What a schedule takes. */
  static long bytes(StoredSchedule schedule) {
    return schedule.jobs().stream()
        .mapToLong(job -> JOB_BYTES + Json.bytes(JobJson.write(job)).length)
        .sum();
  }

  /**
   * @param added what a schedule takes
   * @param others what those take that are there
   * @throws RefusedException if there is no room for it
   */
  void require(long added, long others) {
    if (added + others > maxBytes) {
      throw new RefusedException(
          RefusedException.Kind.FULL,
          ErrorCode.SERVER_FULL,
          "the jobs of this schedule take "
              + (added >> 10)
              + " KiB, and those of the others "
              + (others >> 10)
              + ": together they may take "
              + (maxBytes >> 10)
              + " KiB of this server's memory. Remove schedules, deliver what is long as files,"
              + " with COPY, or start the server with a larger heap (DIRECTORD_JAVA_OPTS=-Xmx1g,"
              + " say)");
    }
  }
}

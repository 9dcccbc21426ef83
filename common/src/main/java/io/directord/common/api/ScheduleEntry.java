package io.directord.common.api;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What became of an occurrence of a schedule, or of several.
 *
 * @param due when it was due, without its splay; of several the last one
 * @param count how many occurrences
 * @param runs ids of the parents that were submitted; empty unless it was started
 * @param info why; empty if it was started in time
 */
public record ScheduleEntry(
    Instant due, Instant decidedAt, What what, int count, List<UUID> runs, String info) {

  /** What became of it. */
  public enum What {
    STARTED,
    /** It waits for the end of the run before. */
    QUEUED,
    /** The run before had not ended, another occurrence waited, or the schedule was paused. */
    SKIPPED,
    /** The server was not there. */
    MISSED,
    /** The server refused the jobs. */
    REFUSED
  }
}

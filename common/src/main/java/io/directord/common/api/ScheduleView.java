package io.directord.common.api;

import java.time.Instant;

/**
 * A schedule.
 *
 * @param status how it stands
 * @param jobs how many it starts
 */
public record ScheduleView(
    String name,
    ScheduleTiming timing,
    Status status,
    String createdBy,
    Instant createdAt,
    int jobs) {

  /**
   * How a schedule stands.
   *
   * @param running whether its last run has not ended
   * @param next when it starts next, its splay included; null if it is paused
   * @param last what became of the last occurrence; null before the first
   */
  public record Status(boolean paused, boolean running, Instant next, ScheduleEntry last) {}
}

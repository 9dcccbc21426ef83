package io.directord.server.schedule;

import io.directord.common.api.ScheduleEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * How far a schedule has come; the store keeps it.
 *
 * @param decided what was due until then is decided
 * @param waiting when the occurrence was due that waits for the end of the run before; null if none
 *     does
 * @param runs parents of the last run
 * @param history the newest entries, the latest last
 */
public record ScheduleState(
    boolean paused,
    Instant decided,
    Instant waiting,
    List<UUID> runs,
    List<ScheduleEntry> history) {
  /** Number of entries that are kept. */
  public static final int MAX_HISTORY = 100;

  /** Of a schedule that begins then. */
  public static ScheduleState beginning(Instant now) {
    return new ScheduleState(false, now, null, List.of(), List.of());
  }

  public ScheduleState paused(boolean isPaused) {
    return new ScheduleState(isPaused, decided, waiting, runs, history);
  }

  public ScheduleState decided(Instant until) {
    return new ScheduleState(paused, until, waiting, runs, history);
  }

  public ScheduleState waiting(Instant due) {
    return new ScheduleState(paused, decided, due, runs, history);
  }

  public ScheduleState started(List<UUID> parents) {
    return new ScheduleState(paused, decided, waiting, parents, history);
  }

  public ScheduleState with(ScheduleEntry entry) {
    List<ScheduleEntry> entries = new ArrayList<>(history);
    entries.add(entry);
    if (entries.size() > MAX_HISTORY) {
      entries.remove(0);
    }
    return new ScheduleState(paused, decided, waiting, runs, List.copyOf(entries));
  }
}

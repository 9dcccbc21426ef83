package io.directord.server.store;

import io.directord.common.api.ScheduleTiming;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.server.schedule.ScheduleState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * A schedule as it was added.
 *
 * @param id no other one has it, also not one of the same name before or after
 * @param jobs what it starts; each run has copies of them with ids of their own
 * @param limit targets to which those of the jobs are narrowed; empty for no limit
 */
public record StoredSchedule(
    UUID id,
    String name,
    ScheduleTiming timing,
    List<Job> jobs,
    List<String> limit,
    String createdBy,
    Instant createdAt) {

  /** The same, added then. */
  public StoredSchedule createdAt(Instant time) {
    return new StoredSchedule(id, name, timing, jobs, limit, createdBy, time);
  }

  /** A schedule, and how far it has come. */
  public record Kept(StoredSchedule schedule, ScheduleState state) {}

  /** With the jobs in their own flat form. */
  private record Flat(
      UUID id,
      String name,
      ScheduleTiming timing,
      List<ObjectNode> jobs,
      List<String> limit,
      String createdBy,
      Instant createdAt) {}

  /** As stores keep it. */
  public byte[] write() {
    return Json.bytes(
        new Flat(
            id,
            name,
            timing,
            jobs.stream().map(JobJson::write).toList(),
            limit,
            createdBy,
            createdAt));
  }

  /** As stores have it. */
  public static StoredSchedule read(byte[] json) {
    Flat flat = Json.read(json, Flat.class);
    return new StoredSchedule(
        flat.id(),
        flat.name(),
        flat.timing(),
        flat.jobs().stream().map(JobJson::read).toList(),
        flat.limit(),
        flat.createdBy(),
        flat.createdAt());
  }

  /** Likewise, with its state. */
  public static Kept read(byte[] json, byte[] state) {
    return read(json).kept(Json.read(state, ScheduleState.class));
  }

  /**
   * With its state.
   *
   * @param state null if it was lost by damage: nobody knows what ran, so the schedule is paused
   */
  public Kept kept(ScheduleState state) {
    return new Kept(this, state == null ? ScheduleState.beginning(createdAt).paused(true) : state);
  }
}

package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.job.Parent;
import io.directord.server.store.StoredSchedule;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A run of a schedule.
 *
 * @param due when it was due; with the schedule's id it makes the ids of the jobs, so that the same
 *     one is never entered twice
 * @param why it is not in time; empty if it is
 */
record ScheduledRun(StoredSchedule schedule, Instant due, String why) {

  /** The jobs, with ids of their own, of parents that have the schedule's name. */
  List<Job> jobs() {
    return schedule.jobs().stream().map(this::anew).toList();
  }

  private Job anew(Job job) {
    Parent of = job.parent();
    String name = of.name() == null ? schedule.name() : schedule.name() + ": " + of.name();
    return new Job(
        anew(job.id()),
        job.fingerprint(),
        new Parent(anew(of.id()), of.fingerprint(), name, of.async(), of.options()),
        job.name(),
        job.definition(),
        job.options(),
        job.targets());
  }

  private UUID anew(UUID id) {
    String all = schedule.id() + " " + due.toEpochMilli() + " " + id;
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.US_ASCII));
  }
}

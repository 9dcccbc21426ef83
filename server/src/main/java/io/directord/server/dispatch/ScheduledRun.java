package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.job.Parent;
import io.directord.server.store.StoredSchedule;
import io.directord.server.time.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A run of a schedule.
 *
 * @param due when it was due
 * @param begun when it was decided to start it; part of the ids of its jobs, since after a clock
 *     that was set back an occurrence may be due again whose jobs are kept
 * @param why it is not in time; empty if it is
 */
record ScheduledRun(StoredSchedule schedule, Instant due, Moment begun, String why) {

  /** The jobs, with ids of their own, of parents that have the schedule's name. */
  List<Job> jobs() {
    return schedule.jobs().stream().map(this::anew).toList();
  }

  /** What was done by the last run is done again by this one. */
  private Job anew(Job job) {
    Parent of = job.parent();
    String name = of.name() == null ? schedule.name() : schedule.name() + ": " + of.name();
    return new Job(
        anew(job.id()),
        job.fingerprint(),
        new Parent(anew(of.id()), of.fingerprint(), name, of.async(), of.options()),
        job.name(),
        job.definition(),
        job.options().withoutCache(),
        job.targets());
  }

  private UUID anew(UUID id) {
    String all = schedule.id() + " " + due.toEpochMilli() + " " + begun + " " + id;
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.US_ASCII));
  }
}

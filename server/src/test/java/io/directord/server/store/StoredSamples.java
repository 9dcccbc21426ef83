package io.directord.server.store;

import io.directord.common.api.FailureCounts;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunCounts;
import io.directord.common.api.RunTimes;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.server.TestServer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Things as stores keep them. */
public final class StoredSamples {
  public static final Instant NOW = Instant.parse("2026-06-01T12:00:00.123456789Z");

  private static final UUID REPEATED = UUID.randomUUID();

  private StoredSamples() {}

  public static StoredJob job(long seq, UUID parent) {
    return job(seq, UUID.randomUUID(), parent);
  }

  public static StoredJob job(long seq, UUID id, UUID parent) {
    Job job = TestServer.job(parent, "a", "b");
    byte[] secret = new byte[32];
    secret[2] = 3;
    return new StoredJob(
        seq,
        new Job(
            id,
            job.fingerprint(),
            job.parent(),
            job.name(),
            job.definition(),
            job.options(),
            job.targets()),
        "me",
        NOW,
        new Resolved(List.of("a", "b"), List.of("c"), List.of("@role=web"), List.of(), null)
            .repeating(REPEATED),
        secret,
        false);
  }

  public static NodeOutcome outcome(String node, String stdout) {
    return new NodeOutcome(
        node,
        NodeOutcome.State.FAILED,
        Outcome.Reason.TIMEOUT,
        "info",
        new CapturedOutput(stdout, "err\u0000é"),
        new RunTimes(Duration.ofMillis(1234), Duration.ofMillis(2345), NOW, NOW),
        new RunDetails(true, 3, false));
  }

  public static JobSummary summary(StoredJob job) {
    return new JobSummary(
        job.job().id(),
        job.job().parent(),
        JobTitle.of(job.job()),
        new JobOrigin("me", NOW, 1, false),
        false,
        new JobCounts(2, 1, 1, new FailureCounts(1, 1, 0), 0, new RunCounts(0, 1, 1, 1)),
        new JobTimes(Duration.ofMillis(12), Duration.ofSeconds(3), NOW));
  }

  public static StoredSchedule schedule(String name) {
    ScheduleTiming timing =
        new ScheduleTiming(
            "30 2 * * *",
            "Europe/Berlin",
            ScheduleTiming.Missed.RUN_ONCE,
            ScheduleTiming.Overlap.QUEUE,
            Duration.ofMinutes(10));
    List<Job> jobs = List.of(job(1, UUID.randomUUID()).job());
    return new StoredSchedule(
        UUID.randomUUID(), name, timing, jobs, List.of("@role=web"), "ann", NOW);
  }
}

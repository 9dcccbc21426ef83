package io.directord.common.api;

import io.directord.common.job.Parent;
import io.directord.common.job.ParentOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.ValueDeserializer;

/**
 * Reads a {@link JobSummary} by hand: there is one for every job that ends, and reflection takes
 * ten times as long where records are nested in one flat object.
 */
final class JobSummaryReader extends ValueDeserializer<JobSummary> {
  @Override
  public JobSummary deserialize(JsonParser in, DeserializationContext context) {
    FlatObject json = FlatObject.read(in, context, JobSummary.class);
    return new JobSummary(
        json.value("id", UUID.class),
        parent(json.object("parent")),
        new JobTitle(
            json.text("fingerprint"),
            json.text("verb"),
            json.text("name"),
            json.text("text"),
            json.number("undelivered")),
        new JobOrigin(
            json.text("submitted_by"),
            json.value("submitted_at", Instant.class),
            json.number("left_out"),
            json.isTrue("dry_run")),
        new JobProgress(
            json.isTrue("processing"),
            json.text("paused"),
            json.number("not_begun"),
            json.number("held"),
            json.value("held_until", Instant.class)),
        new JobCounts(
            json.number("targets"),
            json.number("succeeded"),
            json.number("skipped"),
            new FailureCounts(json.number("failed"), json.number("lost"), json.number("omitted")),
            json.number("results_lost"),
            new RunCounts(
                json.number("changed"),
                json.number("unchanged"),
                json.number("retried"),
                json.number("cut"))),
        new JobTimes(
            json.value("execution_time", Duration.class),
            json.value("roundtrip_time", Duration.class),
            json.value("ended_at", Instant.class)));
  }

  private static Parent parent(FlatObject json) {
    return json == null
        ? null
        : new Parent(
            json.value("id", UUID.class),
            json.text("fingerprint"),
            json.text("name"),
            json.isTrue("async"),
            json.has("rolling") || json.has("deadline")
                ? json.context().readTreeAsValue(json.json(), ParentOptions.class)
                : ParentOptions.NONE);
  }
}

package io.directord.common.api;

import io.directord.common.job.Parent;
import io.directord.common.job.ParentOptions;
import io.directord.common.json.Json;
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
    return of(FlatObject.read(in, context));
  }

  static JobSummary of(FlatObject json) {
    return new JobSummary(
        json.id("id"),
        parent(json.object("parent")),
        new JobTitle(
            json.text("fingerprint"),
            json.text("verb"),
            json.text("name"),
            json.text("text"),
            json.number("undelivered")),
        new JobOrigin(
            json.text("submitted_by"),
            json.instant("submitted_at"),
            json.number("left_out"),
            json.isTrue("dry_run")),
        new JobProgress(
            json.isTrue("processing"),
            json.text("paused"),
            json.number("not_begun"),
            json.number("held"),
            json.instant("held_until")),
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
            json.duration("execution_time"),
            json.duration("roundtrip_time"),
            json.instant("ended_at")));
  }

  private static Parent parent(FlatObject json) {
    return json == null
        ? null
        : new Parent(
            json.id("id"),
            json.text("fingerprint"),
            json.text("name"),
            json.isTrue("async"),
            json.has("rolling") || json.has("deadline")
                ? Json.read(json.json(), ParentOptions.class)
                : ParentOptions.NONE);
  }
}

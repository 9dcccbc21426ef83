package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.job.Parent;
import io.directord.common.job.ParentOptions;
import io.directord.common.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;

class JobSummaryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @Test
  void itsJsonIsFlatAndReadAgain() {
    JobSummary summary =
        new JobSummary(
            new UUID(0, 1),
            new Parent(new UUID(0, 2), "p", "site", false),
            new JobTitle("f", "RUN", null, "uname -r", 0),
            new JobOrigin("ann", NOW, 2, false),
            false,
            new JobCounts(5, 3, 1, new FailureCounts(2, 1, 1), 3, new RunCounts(1, 2, 3, 4)),
            new JobTimes(Duration.ofMillis(12), Duration.ofSeconds(1), NOW));

    String json = Json.text(summary);

    assertEquals(
        "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"parent\":{\"id\":"
            + "\"00000000-0000-0000-0000-000000000002\",\"fingerprint\":\"p\",\"name\":\"site\","
            + "\"async\":false},\"fingerprint\":\"f\",\"verb\":\"RUN\",\"name\":null,"
            + "\"text\":\"uname -r\",\"undelivered\":0,\"submitted_by\":\"ann\","
            + "\"submitted_at\":\"2026-11-22T10:00:00Z\",\"left_out\":2,\"processing\":false,"
            + "\"targets\":5,\"succeeded\":3,\"skipped\":1,\"failed\":2,\"lost\":1,\"omitted\":1,\"results_lost\":3,"
            + "\"changed\":1,\"unchanged\":2,\"retried\":3,\"cut\":4,"
            + "\"execution_time\":0.012,\"roundtrip_time\":1,"
            + "\"ended_at\":\"2026-11-22T10:00:00Z\"}",
        json);
    assertEquals(summary, Json.read(json, JobSummary.class));
  }

  @Test
  void aPausedJobOfAParentWithADeadlineIsReadAsItWasWritten() {
    ParentOptions options = new ParentOptions(null, Duration.ofMinutes(5));
    JobSummary summary =
        new JobSummary(
            new UUID(0, 1),
            new Parent(new UUID(0, 2), null, null, true, options),
            new JobTitle("f", "COPY", "site", null, 3),
            new JobOrigin(null, NOW, 0, true),
            new JobProgress(true, "too many failures", 4, 2, NOW.plusSeconds(60)),
            JobCounts.of(9),
            new JobTimes(Duration.ZERO, Duration.ZERO, null));

    assertEquals(summary, Json.read(Json.bytes(summary), JobSummary.class));
  }

  @Test
  void whatIsNoJobIsRefused() {
    assertThrows(JacksonException.class, () -> Json.read("[]", JobSummary.class));
    assertThrows(JacksonException.class, () -> Json.read("{\"id\":\"x\"}", JobSummary.class));
  }

  @Test
  void whatAnOlderServerHasKeptIsRead() {
    JobSummary old =
        Json.read(
            "{\"id\":\"00000000-0000-0000-0000-000000000001\",\"fingerprint\":\"f\",\"parent\":"
                + "{\"id\":\"00000000-0000-0000-0000-000000000002\",\"async\":false},"
                + "\"verb\":\"RUN\",\"processing\":false,\"targets\":2,\"succeeded\":2,"
                + "\"failed\":0,\"execution_time\":0.5,\"roundtrip_time\":0.6,"
                + "\"submitted_at\":\"2026-11-22T10:00:00Z\","
                + "\"ended_at\":\"2026-11-22T10:00:01Z\"}",
            JobSummary.class);

    assertEquals(new JobCounts(2, 2, 0, 0, 0, 0), old.counts());
    assertEquals(0, old.origin().leftOut());
    assertNull(old.origin().submittedBy());
    assertEquals("RUN", old.title().line());
  }
}

package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.FailureCounts;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.api.RunCounts;
import io.directord.common.api.RunTimes;
import io.directord.common.component.SourceFile;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.job.Parent;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobSheetTest {

  @Test
  void everyFileThatIsDeliveredHasALine() {
    JobSummary summary =
        new JobSummary(
            UUID.fromString("3acf5f9e-a8a3-44e6-80eb-4e46100792ab"),
            new Parent(UUID.fromString("3acf5f9e-a8a3-44e6-80eb-4e46100792ab"), "f", "s", false),
            new JobTitle("4f763a07", "COPY", null, "app", 0),
            new JobOrigin("ann", at(20), 0, false),
            true,
            JobCounts.of(1),
            new JobTimes(Duration.ZERO, Duration.ZERO, null));
    var definition = Json.object().put("verb", "COPY");
    definition.set(
        SourceFile.KEY,
        Json.tree(
            List.of(
                new SourceFile("/src/a.conf", "ab".repeat(32), 1, "/etc/a.conf"),
                new SourceFile("/src/b.conf", "ab".repeat(32), 2, null))));
    List<String> lines =
        JobSheet.of(
            new JobView(summary, definition, "ann", List.of(), List.of(), List.of(), List.of()),
            200);

    assertTrue(lines.contains("  files        /src/a.conf -> /etc/a.conf"), lines::toString);
    assertTrue(lines.contains("               /src/b.conf"), lines::toString);
  }

  @Test
  void itSaysWhatWasDoneHowItEndedAndWhatNodesPutOut() {
    JobSummary summary =
        new JobSummary(
            UUID.fromString("3acf5f9e-a8a3-44e6-80eb-4e46100792ab"),
            new Parent(UUID.fromString("9c64a61e-268b-477c-bae3-06f271293727"), "f", "site", false),
            new JobTitle("4f763a07", "RUN", null, "make test", 0),
            new JobOrigin("ann", at(20), 1, false),
            false,
            new JobCounts(6, 3, 1, new FailureCounts(3, 2, 0), 1, new RunCounts(1, 0, 1, 1)),
            new JobTimes(Duration.ofMillis(9536), Duration.ZERO, at(31)));
    var definition =
        Json.object().put("verb", "RUN").put("command", "make test\nmake check").put("retry", 2);
    definition.put("skip_cache", false).put("job_id", "x");
    JobView view =
        new JobView(
            summary,
            definition,
            "ann",
            List.of("web-9"),
            List.of(),
            List.of(),
            List.of(
                outcome("web-1", State.SUCCEEDED, null, "task finished", "fine\n", ""),
                outcome("web-2", State.SUCCEEDED, null, "task finished", "fine\n", ""),
                new NodeOutcome(
                    "web-2b",
                    State.SUCCEEDED,
                    null,
                    "",
                    new CapturedOutput("fine\n", ""),
                    new RunTimes(Duration.ZERO, Duration.ZERO, at(26), at(26)),
                    new RunDetails(true, 3, true)),
                outcome("web-3", State.SKIPPED, null, "done at 03:46", "", ""),
                outcome(
                    "web-4", State.FAILED, Reason.ERROR, "exit status 2", "part", "\u001b[31mno\n"),
                outcome("web-5", State.FAILED, Reason.LOST, "lost: not heard of", "", ""),
                outcome("web-6", State.FAILED, Reason.RESULT_LOST, "it gave it", "", "")));

    assertEquals(
        """
        RUN make test
          id           3acf5f9e-a8a3-44e6-80eb-4e46100792ab
          parent       9c64a61e-268b-477c-bae3-06f271293727 'site'
          fingerprint  4f763a07
          submitted    2026-11-22 06:46:20 by ann
          ended        2026-11-22 06:46:31, after 11.0 s; it ran for 9.5 s at most
          nodes        6: 2 ok, 1 skipped, 1 failed, 1 lost, 1 unknown; 1 changed, 1 tried more than once, 1 with output that was cut, 1 whose results are missing from the server's store
          left out     web-9, since expired
          command      make test
                       make check
          retry        2

        web-1, web-2  ok
          fine

        web-2b  ok, changed, tried 3 times, output cut
          fine

        web-3  skipped: done at 03:46

        web-4  ERROR: exit status 2
          part
          -- STDERR
          \\x1b[31mno

        web-5  LOST: not heard of

        web-6  RESULT_LOST: it gave it""",
        String.join("\n", JobSheet.of(view, 200)));
  }

  @Test
  void manyNodesAreCountedAndThoseThatFailedStandLast() {
    List<NodeOutcome> nodes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      nodes.add(
          i == 3
              ? outcome("n3", State.FAILED, Reason.ERROR, "no", "", "")
              : outcome("n" + i, State.SUCCEEDED, null, "", "", ""));
    }
    JobSummary summary =
        new JobSummary(
            UUID.randomUUID(),
            new Parent(UUID.randomUUID(), "f", "site", false),
            new JobTitle("f", "RUN", null, "x", 0),
            new JobOrigin("ann", at(20), 0, false),
            false,
            new JobCounts(300, 299, 0, 1, 0, 0),
            new JobTimes(Duration.ZERO, Duration.ZERO, at(31)));
    List<String> lines =
        JobSheet.of(
            new JobView(summary, Json.object(), "ann", List.of(), List.of(), List.of(), nodes),
            200);
    assertEquals(
        List.of("", "n[0:2],n[4:299] (299 nodes)  ok", "", "n3  ERROR: no"),
        lines.subList(lines.size() - 4, lines.size()));
  }

  private static NodeOutcome outcome(
      String node, State state, Reason reason, String info, String stdout, String stderr) {
    return new NodeOutcome(
        node,
        state,
        reason,
        info,
        new CapturedOutput(stdout, stderr),
        new RunTimes(Duration.ZERO, Duration.ZERO, at(26), at(26)),
        RunDetails.NONE);
  }

  private static Instant at(int second) {
    return LocalDateTime.of(2026, 11, 22, 6, 46, second).atZone(ZoneId.systemDefault()).toInstant();
  }
}

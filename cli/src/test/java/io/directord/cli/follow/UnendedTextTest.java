package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is said of jobs that have not ended when waiting is given up. */
class UnendedTextTest {
  @Test
  void theReasonForWhichItHasNotBegunIsSaidOnceForAllNodesOfIt() {
    assertEquals(
        List.of(
            "  RUN x is running on a",
            "  RUN x has not begun on b, c: waits behind job 1",
            "  RUN x has not begun on d"),
        UnendedText.of(
            "RUN x",
            view(
                node("a", State.RUNNING, ""),
                node("b", State.WAITING, "waits behind job 1"),
                node("c", State.WAITING, "waits behind job 1"),
                node("d", State.SENT, null),
                node("e", State.SUCCEEDED, ""))));
    assertEquals(
        List.of("  RUN x has just ended"),
        UnendedText.of("RUN x", view(node("a", State.SUCCEEDED, ""))));
  }

  @Test
  void ofManyReasonsTheFirstAreSaidAndHowManyMoreThereAre() {
    List<NodeOutcome> nodes = new ArrayList<>();
    for (int i = 1; i <= 9; i++) {
      nodes.add(node("n" + i, State.WAITING, "place " + i));
    }
    JobView view = view(nodes.toArray(NodeOutcome[]::new));
    List<String> lines = UnendedText.of("RUN x", view);
    assertEquals("  RUN x has not begun on n4: place 4", lines.get(3));
    assertEquals(
        "    and for 5 other reasons: see 'directord why " + view.summary().id() + "'",
        lines.get(4));
    assertEquals(5, lines.size());
  }

  private static NodeOutcome node(String name, State state, String info) {
    return NodeOutcome.withoutRun(name, state, null, info);
  }

  private static JobView view(NodeOutcome... nodes) {
    UUID id = UUID.randomUUID();
    JobSummary summary =
        new JobSummary(
            id,
            new Parent(id, "f", null, false),
            new JobTitle("f", "RUN", null, "x", 0),
            new JobOrigin("root", Instant.EPOCH, 0, false),
            false,
            JobCounts.of(nodes.length),
            new JobTimes(Duration.ZERO, Duration.ZERO, null));
    return new JobView(
        summary, Json.object(), "root", List.of(), List.of(), List.of(), List.of(nodes));
  }
}

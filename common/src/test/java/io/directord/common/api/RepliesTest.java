package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.job.BroughtFiles;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.json.JsonTree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;

/** What is read by hand is what the mapper writes, and reads. */
class RepliesTest {
  private static final UUID ID = new UUID(1, 2);
  private static final Instant NOW = Instant.parse("2026-01-31T23:59:59.123456789Z");

  private static <T> T read(Object value, Function<FlatObject, T> reads) {
    return reads.apply(new FlatObject(JsonTree.read(Json.bytes(value))));
  }

  private static JobSummary summary() {
    return new JobSummary(
        ID,
        new Parent(ID, "f", "name", true),
        new JobTitle("f", "RUN", null, "true", 3),
        new JobOrigin("ann", NOW, 4, true),
        new JobProgress(true, "why", 5, 6, NOW),
        new JobCounts(20, 7, 1, new FailureCounts(5, 2, 1), 1, new RunCounts(1, 2, 3, 4)),
        new JobTimes(Duration.ofMillis(1500), Duration.ofNanos(1), null));
  }

  private static NodeOutcome brought(BroughtFiles files) {
    return new NodeOutcome(
        "d",
        NodeOutcome.State.SUCCEEDED,
        null,
        "",
        CapturedOutput.EMPTY,
        RunTimes.NONE,
        RunDetails.ONE_ATTEMPT.withBrought(files));
  }

  private static NodeOutcome outcome(String node, Boolean changed, NodeOutcome.NotBegun why) {
    return new NodeOutcome(
        node,
        NodeOutcome.State.FAILED,
        Outcome.Reason.TIMEOUT,
        "late",
        new CapturedOutput("out\n", ""),
        new RunTimes(Duration.ofMillis(2), Duration.ofMillis(3), NOW, null, why),
        new RunDetails(true, 2, changed));
  }

  @Test
  void nodes() {
    NodeView node =
        new NodeView(
            "web-1",
            new NodePresence(NodeView.State.AWAY, NOW, Duration.ofMillis(1234), 2, NOW),
            new NodeClient("1.0", Duration.ofDays(3), Duration.ofSeconds(4), "m", "zeromq"),
            5,
            "waits",
            new NodeTraits(
                Map.of("role", new NodeLabel("web", NodeLabel.Origin.SERVER, "db")),
                Map.of("os", "debian"),
                List.of("192.0.2.1")));
    RefusedNode refused = new RefusedNode(null, "192.0.2.2", "key", 3_000_000_000L, NOW);
    Bodies.Nodes nodes = new Bodies.Nodes(List.of(node), List.of(refused), List.of("disk full"));

    assertEquals(nodes, read(nodes, Replies::nodes));
    assertEquals(nodes, Json.read(Json.bytes(nodes), Bodies.Nodes.class));
  }

  @Test
  void jobs() {
    Bodies.Jobs jobs = new Bodies.Jobs(List.of(summary()), 7);
    JobView job =
        new JobView(
            summary(),
            Json.object().put("verb", "RUN").put("retry", 1.5),
            "ann",
            List.of("web-2"),
            List.of("web-*"),
            List.of("web-3"),
            List.of(
                outcome("a", null, null),
                outcome("b", false, NodeOutcome.NotBegun.HELD),
                brought(new BroughtFiles(3, 2, "server-1", true)),
                brought(new BroughtFiles(null, null, null, false)),
                NodeOutcome.withoutRun("c", NodeOutcome.State.WAITING, null, null)));

    assertEquals(jobs, read(jobs, Replies::jobs));
    assertEquals(job, read(job, Replies::job));
  }

  @Test
  void receipts() {
    Receipt receipt =
        new Receipt(
            List.of(ID),
            List.of("a"),
            List.of("b"),
            List.of("c"),
            List.of(
                new ResolvedTargets(
                    List.of("*"), List.of("d"), List.of("e"), List.of("f"), List.of("d"))),
            List.of(new Bodies.Omitted(ID, 2, "RUN true")),
            List.of(new Receipt.Held("g", true, NOW)));

    assertEquals(receipt, read(receipt, Replies::receipt));
  }

  @Test
  void contents() {
    Bodies.MissingFiles missing = new Bodies.MissingFiles(List.of("a".repeat(64)));
    Bodies.Fetched fetched =
        new Bodies.Fetched(
            ID,
            List.of(new FetchedFrom("a", 5_000_000_000L)),
            List.of(
                new FetchComing("b", 1, 6_000_000_000L, null),
                new FetchComing("c", 0, 7, FetchComing.Wait.ROOM)));
    Bodies.Removed removed = new Bodies.Removed(1);

    assertEquals(missing, read(missing, Replies::missing));
    assertEquals(fetched, read(fetched, Replies::fetched));
    assertEquals(removed, read(removed, Replies::removed));
  }

  @Test
  void events() {
    List<Event> events =
        List.of(
            new Event.JobEnded(
                summary(), new EndedNodes(List.of("a"), List.of("b"), List.of(), List.of("c"))),
            new Event.NodeAnswered(ID, ID, outcome("a", true, null)),
            new Event.Missed(7, 1, 2, List.of(new Event.MissedOutput(ID, "a", 2)), 3),
            new Event.JobRunning(ID, ID, "a"));

    for (Event event : events) {
      byte[] json = Json.mapper().writerFor(Event.class).writeValueAsBytes(event);
      assertEquals(event, Replies.event(new FlatObject(JsonTree.read(json))));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "7",
        "{}",
        "{\"nodes\":{}}",
        "{\"nodes\":[7]}",
        "{\"nodes\":[{\"state\":\"ODD\"}]}",
        "{\"nodes\":[{\"last_seen\":\"yesterday\"}]}"
      })
  void whatIsNoListOfNodesIsRefused(String json) {
    assertThrows(
        JacksonException.class,
        () ->
            Replies.nodes(
                new FlatObject(
                    JsonTree.read(json.getBytes(java.nio.charset.StandardCharsets.UTF_8)))));
  }
}

package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Receipt;
import io.directord.common.api.RunState;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeAttributes;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.LogLines;
import io.directord.server.TestAddress;
import io.directord.server.TestServer;
import io.directord.server.access.Caller;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.MemoryStore;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A thousand nodes, whose clients answer at once, through the core. */
class ThousandNodesTest {
  private static final int NODES = 1000;
  private static final Duration LATER = Duration.ofMinutes(10);
  private static final DispatchLimits LIMITS =
      new DispatchLimits(
          100,
          Duration.ofSeconds(10),
          1000,
          Duration.ofDays(1),
          TargetGroups.NONE,
          HookSettings.NONE,
          null);

  private final MemoryStore store = new MemoryStore();
  private final Map<NodeAddress, String> nodes = new LinkedHashMap<>();
  private final Deque<Sent> sent = new ArrayDeque<>();
  private final Map<String, Set<UUID>> unanswered = new HashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Core core;
  private int max;

  /** A job that a node was given. */
  private record Sent(NodeAddress to, Job job) {}

  ThousandNodesTest() {
    Turn recovered = new Turn(now());
    core =
        Recovery.of(
            store,
            new NoContents(),
            LIMITS,
            new ServerMessage.Welcome("test", Duration.ofSeconds(10), 1, List.of()),
            MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS),
            recovered);
    carryOut(recovered);
    for (int i = 0; i < NODES; i++) {
      String name = String.format("n%03d", i);
      NodeAddress peer = new TestAddress(null, new Credential.NodeKey(name));
      nodes.put(peer, name);
      handle(
          new Input.Said(
              peer,
              new Heartbeat(
                  name,
                  new ClientFacts("1", Duration.ZERO, Duration.ZERO, "machine-" + name, "zeromq"),
                  Heartbeat.PROTOCOL,
                  UUID.randomUUID(),
                  Set.of(),
                  JournalState.UNKNOWN,
                  new NodeAttributes(
                      Map.of("role", i % 4 == 0 ? "db" : "web"),
                      Map.of("os.version", "12." + i % 10),
                      List.of())),
              0));
    }
  }

  @Test
  void theBatchGrowsToHalfOfThemAndEveryNodeRunsEveryJobOnce() {
    UUID parent = UUID.randomUUID();
    List<Job> jobs =
        IntStream.range(0, 3)
            .mapToObj(i -> job(parent, "{\"batch\":[1,\"10%\",\"50%\"]}"))
            .toList();
    submit(jobs);
    answer(Set.of());

    assertEquals(3 * NODES, seen.size());
    assertEquals(500, max);
    assertTrue(store.unended().isEmpty());
    assertTrue(store.runs().isEmpty());
  }

  @Test
  void itIsPausedAfterTheFailuresThatItsShareAllowsAndGoesOn() {
    UUID parent = UUID.randomUUID();
    Job job = job(parent, "{\"batch\":[\"1%\"],\"max_failures\":\"1%\"}");
    submit(List.of(job));
    Set<String> broken = Set.copyOf(nodes.values().stream().filter(n -> n.endsWith("0")).toList());
    answer(broken);

    CompletableFuture<RunState> resumed = new CompletableFuture<>();
    assertTrue(seen.size() >= 101 && seen.size() <= 120, () -> seen.size() + " began");
    assertEquals(10, max);
    handle(new Input.Asked(TestServer.CALLER, new Input.Pause(parent, true, resumed)));
    assertEquals(11, resumed.join().failedNodes());
    answer(Set.of());
    assertEquals(NODES, seen.size());
    assertTrue(store.unended().isEmpty());
  }

  @Test
  void anExpressionStandsForTheRightOnesOfThem() {
    ObjectNode json = Json.object().put("verb", "RUN").put("command", "uptime");
    json.putArray("targets")
        .add("@role=web and @os.version>=12.5 and not n[000:499]")
        .add("~^n00[0-3]$");
    submit(List.of(JobJson.read(json)));
    answer(Set.of());

    Set<String> expected = new HashSet<>();
    for (int i = 0; i < NODES; i++) {
      if (i % 4 != 0 && i % 10 >= 5 && i >= 500 || i < 4) {
        expected.add(String.format("n%03d", i));
      }
    }
    assertEquals(
        expected, seen.stream().map(one -> one.substring(0, 4)).collect(Collectors.toSet()));
  }

  @Test
  void thatTheyExpireAndAreForgottenIsALineEachInTheLog() {
    try (LogLines log = new LogLines("io.directord.server.dispatch")) {
      carryOut(
          core.handle(List.of(new Input.Tick(true)), new Moment(LATER, Instant.EPOCH.plus(LATER))));
      CompletableFuture<List<String>> forgotten = new CompletableFuture<>();
      handle(
          new Input.Asked(
              TestServer.CALLER, new Input.ForgetNodes("n*", EarlierResults.NONE, forgotten)));

      assertEquals(NODES, forgotten.join().size());
      assertEquals(2, log.lines().size(), log.lines()::toString);
      assertTrue(
          log.lines().get(0).startsWith("1000 nodes expired: n000 (not heard of since "),
          log.lines()::toString);
      assertTrue(log.lines().get(0).endsWith(" and 980 more; 0 jobs failed"));
      assertEquals("tester has forgotten 1000 nodes: n[000:999]", log.lines().get(1));
    }
  }

  private void submit(List<Job> jobs) {
    var prepared =
        jobs.stream().map(job -> new PreparedJob(job, new byte[32], List.of(), Map.of())).toList();
    CompletableFuture<Receipt> to = new CompletableFuture<>();
    handle(
        new Input.Asked(
            TestServer.CALLER,
            new Input.Submit(
                new Order(
                    prepared, new Caller("tester", true), List.of(), EarlierResults.NONE, to))));
    assertEquals(jobs.size(), to.join().jobs().size());
  }

  /** Everything that is sent is answered, in turn. */
  private void answer(Set<String> broken) {
    for (Sent next = sent.poll(); next != null; next = sent.poll()) {
      String node = nodes.get(next.to());
      assertTrue(seen.add(node + next.job().id()), () -> "sent twice to " + node);
      Outcome outcome =
          broken.contains(node)
              ? new Outcome.Failed(Outcome.Reason.ERROR, "broken")
              : Outcome.Succeeded.FINISHED;
      unanswered.get(node).remove(next.job().id());
      if (unanswered.get(node).isEmpty()) {
        unanswered.remove(node);
      }
      NodeResult result =
          new NodeResult(next.job().id(), outcome, "", "", Duration.ZERO, null, Instant.EPOCH);
      handle(new Input.Said(next.to(), new NodeMessage.Ended("RUN", result), 0));
    }
  }

  private static Moment now() {
    return new Moment(Duration.ZERO, Instant.EPOCH);
  }

  private void handle(Input input) {
    carryOut(core.handle(List.of(input), now()));
  }

  private void carryOut(Turn turn) {
    turn.effects().forEach(this::perform);
    store.commit(turn.changes());
    if (!turn.steps().isEmpty()) {
      handle(new Input.Committed(List.of(turn)));
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Send send
        && send.message().message().message() instanceof ServerMessage.Run run) {
      sent.add(new Sent(send.message().to(), run.job()));
      String node = nodes.get(send.message().to());
      unanswered.computeIfAbsent(node, name -> new HashSet<>()).add(run.job().id());
      max = Math.max(max, unanswered.size());
    } else if (effect instanceof Effect.Reply<?> reply) {
      complete(reply);
    }
  }

  private static <T> void complete(Effect.Reply<T> reply) {
    reply.to().complete(reply.value());
  }

  private static Job job(UUID parent, String rolling) {
    ObjectNode json = Json.object().put("verb", "RUN").put("command", UUID.randomUUID().toString());
    json.put("parent_id", parent.toString());
    json.set("parent_rolling", Json.mapper().readTree(rolling));
    return JobJson.read(json);
  }
}

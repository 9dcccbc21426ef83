package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestServer;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much of the store is read for a follower that connects when much has ended already. */
class SnapshotTest {
  private static final MemoryBudget.Share ANSWERS =
      MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS);

  private static final int JOBS = 200;
  private static final int NODES = 50;
  private static final Moment NOW = new Moment(Duration.ZERO, Instant.EPOCH);

  private final UUID parent = UUID.randomUUID();
  private final MemoryStore memory = new MemoryStore();
  private int reads;
  private int results;
  private final JobStore store =
      StoreStub.of(
          memory,
          (method, real) -> {
            reads++;
            results += method.equals("result") ? 1 : 0;
            return real.ask();
          });
  private Core core;

  @BeforeEach
  void manyJobsHaveEnded() {
    List<String> nodes = IntStream.range(0, NODES).mapToObj(i -> "n" + i).toList();
    for (int seq = 1; seq <= JOBS; seq++) {
      Job job = JobJson.read(Json.object().put("verb", "RUN").put("parent_id", parent.toString()));
      StoredJob stored =
          new StoredJob(
              seq,
              job,
              "tester",
              Instant.EPOCH,
              new Resolved(nodes, List.of(), List.of(), List.of(), null),
              new byte[32],
              false);
      LiveJob live = new LiveJob(stored, List.of());
      List<Change> changes = new ArrayList<>(List.of(new Change.PutJob(stored)));
      for (Assignment one : live.assignments()) {
        Outcome done = new Outcome.Succeeded("done");
        NodeResult result = NodeResult.withoutRun(job.id(), done, Instant.EPOCH);
        NodeOutcome outcome = one.outcome(result, NOW);
        live.ended(one, outcome, NOW);
        changes.add(new Change.PutResult(seq, one.index(), outcome));
      }
      changes.add(new Change.PutSummary(seq, live.summary()));
      memory.commit(changes);
    }
    DispatchLimits limits =
        new DispatchLimits(
            10,
            Duration.ofSeconds(10),
            10_000,
            Duration.ofDays(1),
            TargetGroups.NONE,
            HookSettings.NONE,
            null);
    var welcome = new ServerMessage.Welcome("test", Duration.ofSeconds(10), 1, List.of());
    core = Recovery.of(store, new NoContents(), limits, welcome, ANSWERS, new Turn(NOW));
    reads = 0;
    results = 0;
  }

  @Test
  void theCoreReadsNothingItself() {
    follow(Detail.OUTPUT);

    assertEquals(0, reads);
  }

  @Test
  void resultsThatAFollowerDoesNotWantAreNotRead() {
    List<Event> events = told(follow(Detail.FAILURES));

    assertEquals(0, results);
    assertTrue(reads <= 2 * JOBS, reads + " reads");
    assertEquals(JOBS, events.stream().filter(Event.JobEnded.class::isInstance).count());
  }

  @Test
  void allThatAFollowerWantsIsReadInPartsSoThatOthersAreAnsweredInBetween() {
    Snapshot snapshot = follow(Detail.NODES);
    List<Event> events = new ArrayList<>();
    boolean more = true;
    while (more) {
      int before = results;
      more = snapshot.next(store, events);
      assertTrue(results - before <= 200, (results - before) + " at a time");
    }

    assertEquals(JOBS * NODES, results);
    assertEquals(
        JOBS * NODES, events.stream().filter(Event.NodeAnswered.class::isInstance).count());
    assertEquals(JOBS, events.stream().filter(Event.JobEnded.class::isInstance).count());
  }

  private Snapshot follow(Detail detail) {
    Follower follower = new Follower(new EventFilter(Set.of(parent), detail), event -> {});
    Turn turn =
        core.handle(List.of(new Input.Asked(TestServer.CALLER, new Input.Follow(follower))), NOW);
    return ((Effect.Follow) turn.effects().get(0)).snapshot();
  }

  private List<Event> told(Snapshot snapshot) {
    List<Event> events = new ArrayList<>();
    while (snapshot.next(store, events)) {}
    return events;
  }
}

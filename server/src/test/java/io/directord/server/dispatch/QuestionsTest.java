package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.Bodies;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobOrder;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOrder;
import io.directord.common.api.NodeView;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Moment;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the core holds for questions that wait for the store. */
class QuestionsTest {
  private static final Moment NOW = new Moment(Duration.ZERO, Instant.EPOCH);
  private static final List<String> NODES =
      IntStream.range(0, 2).mapToObj(i -> "node-" + i).toList();

  @Test
  void aQuestionForJobsHoldsNoMoreOfThemThanItMayList() {
    Turn turn = new Turn(NOW);
    Core core =
        Recovery.of(
            new MemoryStore(),
            new NoContents(),
            new DispatchLimits(
                10,
                Duration.ofSeconds(10),
                1000,
                Duration.ofDays(1),
                TargetGroups.NONE,
                HookSettings.NONE,
                null),
            new ServerMessage.Welcome("test", Duration.ofSeconds(10), 1, List.of()),
            MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS),
            turn);
    List<UUID> ids =
        IntStream.range(1, 2001)
            .mapToObj(
                seq -> {
                  Job job = TestServer.job();
                  Resolved all = new Resolved(NODES, List.of(), List.of(), List.of(), null);
                  StoredJob stored =
                      new StoredJob(seq, job, "ann", NOW.instant(), all, new byte[32], false);
                  core.recover(new LiveJob(stored, List.of()), List.of(), turn);
                  return job.id();
                })
            .toList();

    assertEquals(1000, asked(core, null, 1000));
    assertEquals(1000, asked(core, ids.get(1500), 1000));
    assertEquals(500, asked(core, ids.get(500), 1000));
  }

  @Test
  void aPageOfNodesIsSortedAndSaysHowManyFollow() throws IOException {
    try (TestServer server =
        new TestServer(new MemoryStore(), new TestClock(), TestServer.window(10))) {
      List.of("a", "b", "c").forEach(name -> server.node(name).join());
      server.submit(TestServer.job("c"), TestServer.job("b", "c"));

      assertPage(List.of("c", "b"), 1, server, NodeOrder.JOBS, 0);
      assertPage(List.of("a"), 0, server, NodeOrder.JOBS, 2);
      assertPage(List.of(), 0, server, NodeOrder.JOBS, 9);
      assertPage(List.of("b", "c"), 0, server, NodeOrder.NAME, 1);
    }
  }

  @Test
  void nodesOfAStateAreCountedBeforeThePageIsCut() throws IOException {
    try (TestServer server =
        new TestServer(new MemoryStore(), new TestClock(), TestServer.window(10))) {
      List.of("a", "b", "c").forEach(name -> server.node(name).join());
      NodePage.Shown active = inState(server, NodeView.State.ACTIVE);
      assertEquals(List.of("a"), active.nodes().stream().map(NodeView::identity).toList());
      assertEquals(2, active.more());
      NodePage.Shown away = inState(server, NodeView.State.AWAY);
      assertEquals(List.of(), away.nodes());
      assertEquals(0, away.more());
      assertEquals(
          Map.of(NodeView.State.ACTIVE, 3, NodeView.State.AWAY, 0, NodeView.State.EXPIRED, 0),
          away.states());
    }
  }

  private static NodePage.Shown inState(TestServer server, NodeView.State state) {
    NodePage page = new NodePage(NodeOrder.NAME, state, 0, 1);
    return TestServer.get(server.dispatch().nodes(TestServer.CALLER, List.of(), page));
  }

  private static void assertPage(
      List<String> names, int more, TestServer server, NodeOrder order, int offset) {
    NodePage.Shown shown =
        TestServer.get(
            server
                .dispatch()
                .nodes(TestServer.CALLER, List.of(), new NodePage(order, null, offset, 2)));
    assertEquals(names, shown.nodes().stream().map(NodeView::identity).toList());
    assertEquals(more, shown.more());
  }

  @Test
  void openJobsAreTheOldestThatHaveNotEnded() throws IOException {
    try (TestServer server =
        new TestServer(new MemoryStore(), new TestClock(), TestServer.window(10))) {
      server.node("a").join();
      List<UUID> ids = server.submit(TestServer.job("a"), TestServer.job("a"), TestServer.job("a"));
      TestServer.get(server.dispatch().cancel(TestServer.CALLER, ids.get(2)));

      Bodies.Jobs open =
          TestServer.get(server.dispatch().openJobs(TestServer.CALLER, 2, JobFilter.ALL));

      assertEquals(ids.subList(0, 2), open.jobs().stream().map(JobSummary::id).toList());
      assertEquals(1, open.more());
    }
  }

  @Test
  void openJobsAreFilteredAndSortedBeforeTheyAreCut() throws IOException {
    try (TestServer server =
        new TestServer(new MemoryStore(), new TestClock(), TestServer.window(10))) {
      server.node("a").join();
      server.node("b").join();
      List<UUID> ids =
          server.submit(TestServer.job("a"), TestServer.job("a", "b"), TestServer.job("a"));

      JobFilter most = new JobFilter(JobOrder.LEFT, "");
      Bodies.Jobs left = TestServer.get(server.dispatch().openJobs(TestServer.CALLER, 2, most));
      assertEquals(
          List.of(ids.get(1), ids.get(0)), left.jobs().stream().map(JobSummary::id).toList());
      assertEquals(1, left.more());

      String last = ids.get(2).toString().toUpperCase(Locale.ROOT).substring(0, 13);
      JobFilter one = new JobFilter(JobOrder.AGE, last);
      Bodies.Jobs found = TestServer.get(server.dispatch().openJobs(TestServer.CALLER, 1, one));
      assertEquals(List.of(ids.get(2)), found.jobs().stream().map(JobSummary::id).toList());
      assertEquals(0, found.more());
    }
  }

  @Test
  void onlyJobsOfItsOwnMakeADeliveryOfAHookARepeatedOne() throws IOException {
    try (TestServer server =
        new TestServer(new MemoryStore(), new TestClock(), TestServer.window(10))) {
      server.node("a").join();
      Job foreign = TestServer.job("a");
      Job own = TestServer.job("a");
      server.submit(foreign);
      Caller hook = Caller.ofHook("deploy");
      TestServer.get(server.dispatch().submit(hook, List.of(own), List.of()));

      assertEquals(
          new Dispatch.HookRuns(1, true),
          TestServer.get(server.dispatch().hookRuns(hook, own.id())));
      assertEquals(
          new Dispatch.HookRuns(1, false),
          TestServer.get(server.dispatch().hookRuns(hook, foreign.id())));
    }
  }

  private static int asked(Core core, UUID before, int limit) {
    var ask = new Input.Jobs(null, before, limit, new CompletableFuture<>());
    Turn turn = core.handle(List.of(new Input.Asked(TestServer.CALLER, ask)), NOW);
    return turn.effects().stream()
        .filter(Effect.Ask.class::isInstance)
        .map(effect -> ((Queries.Jobs) ((Effect.Ask<?>) effect).question()).live().size())
        .findFirst()
        .orElseThrow();
  }
}

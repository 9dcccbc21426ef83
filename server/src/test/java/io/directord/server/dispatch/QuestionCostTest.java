package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobOrder;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestServer;
import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a question costs the dispatcher's thread, on which all nodes wait. Its work is counted by
 * the memory that it takes, since whatever is made of a job, or kept of it, takes some.
 */
class QuestionCostTest {
  private static final Moment NOW = new Moment(Duration.ZERO, Instant.EPOCH);
  private static final Caller HOOK = Caller.ofHook("deploy");
  private static final int FEW = 100;
  private static final int MANY = 4000;

  /** Far less than a reference to each of them. */
  private static final long MAX_MORE_BYTES = 8192;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  enum Asked {
    NEWEST(() -> new Input.Jobs(null, null, 5, new CompletableFuture<>())),
    OLDEST(() -> found(JobFilter.ALL)),
    MOST_LEFT(() -> found(new JobFilter(JobOrder.LEFT, ""))),
    MOST_FAILED(() -> found(new JobFilter(JobOrder.FAILED, ""))),
    WITH_A_TEXT(() -> found(new JobFilter(JobOrder.AGE, "run"))),
    ANALYSIS(() -> new Input.Analyse(null, new CompletableFuture<>())),
    FIGURES(() -> new Input.Measure(new CompletableFuture<>())),
    RUNS_OF_A_HOOK(() -> new Input.HookRuns(new UUID(1, 1), new CompletableFuture<>()));

    private final Supplier<Input.Request> request;

    Asked(Supplier<Input.Request> request) {
      this.request = request;
    }

    private static Input.Request found(JobFilter filter) {
      return new Input.FindOpen(5, filter, new CompletableFuture<>());
    }
  }

  @ParameterizedTest
  @EnumSource
  void noneTakesMoreTheMoreJobsAreOpen(Asked asked) {
    Core few = withJobs(FEW);
    Core many = withJobs(MANY);
    // Apart from what is made once.
    taken(few, asked);
    taken(many, asked);

    long more = taken(many, asked) - taken(few, asked);

    assertTrue(more <= MAX_MORE_BYTES, () -> more + " bytes for " + (MANY - FEW) + " jobs");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 300})
  void aPartOfTheNodesTakesNoMoreTheMoreThereAre(int skipped) {
    Core few = withNodes(600);
    Core many = withNodes(MANY);
    Supplier<Input.Request> part =
        () ->
            new Input.NodesAfter(
                "", null, skipped, Requests.MAX_NODES_AT_ONCE, new CompletableFuture<>());
    taken(few, part.get());
    taken(many, part.get());

    long more = taken(many, part.get()) - taken(few, part.get());

    assertTrue(more <= MAX_MORE_BYTES, () -> more + " bytes for " + (MANY - FEW) + " nodes");
  }

  private static long taken(Core core, Asked asked) {
    return taken(core, asked.request.get());
  }

  private static long taken(Core core, Input.Request request) {
    var input = new Input.Asked(HOOK, request);
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Turn turn = core.handle(List.of(input), NOW);
    long after = THREADS.getCurrentThreadAllocatedBytes();
    assertEquals(1, turn.effects().size());
    return after - before;
  }

  private static Core core(MemoryStore store, Turn turn) {
    return Recovery.of(
        store,
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
  }

  private static Core withNodes(int number) {
    MemoryStore store = new MemoryStore();
    for (int i = 0; i < number; i++) {
      String name = String.format(Locale.ROOT, "node-%05d", i);
      store.commit(
          List.of(
              new Change.PutNode(
                  new StoredNode(
                      name, "key", name, "1.0", "zeromq", Instant.EPOCH, JournalState.UNKNOWN))));
    }
    return core(store, new Turn(NOW));
  }

  private static Core withJobs(int number) {
    Turn turn = new Turn(NOW);
    Core core = core(new MemoryStore(), turn);
    for (int seq = 1; seq <= number; seq++) {
      Job job = TestServer.job();
      Resolved targets = new Resolved(List.of("a", "b"), List.of(), List.of(), List.of(), null);
      StoredJob stored =
          new StoredJob(seq, job, HOOK.user(), NOW.instant(), targets, new byte[32], false);
      core.recover(new LiveJob(stored, List.of()), List.of(), turn);
    }
    return core;
  }
}

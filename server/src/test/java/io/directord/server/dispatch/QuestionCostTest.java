package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobOrder;
import io.directord.common.job.Job;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestServer;
import io.directord.server.access.Caller;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Moment;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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

  private static long taken(Core core, Asked asked) {
    var input = new Input.Asked(HOOK, asked.request.get());
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Turn turn = core.handle(List.of(input), NOW);
    long after = THREADS.getCurrentThreadAllocatedBytes();
    assertEquals(1, turn.effects().size());
    return after - before;
  }

  private static Core withJobs(int number) {
    Turn turn = new Turn(NOW);
    Core core =
        Recovery.of(
            new MemoryStore(),
            new NoContents(),
            new DispatchLimits(10, Duration.ofSeconds(10), 1000, Duration.ofDays(1)),
            new ServerMessage.Welcome("test", Duration.ofSeconds(10), 1),
            MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS),
            turn);
    for (int seq = 1; seq <= number; seq++) {
      Job job = TestServer.job();
      Resolved targets = new Resolved(List.of("a", "b"), List.of(), List.of());
      StoredJob stored =
          new StoredJob(seq, job, HOOK.user(), NOW.instant(), targets, new byte[32], false);
      core.recover(new LiveJob(stored, List.of()), List.of(), turn);
    }
    return core;
  }
}

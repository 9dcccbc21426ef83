package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.client.journal.JournalOpener;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.wire.ServerMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

/** Jobs that are cancelled, dropped or too slow, and lanes that stop. */
class LanesEndTest extends LanesFixture {
  @Test
  void aJobThatWaitsForALockCanBeCancelledAndDoesNotTimeOut() throws Exception {
    Job holder = TestVerbs.job("LOCKED", "", TestVerbs.parent(true));
    run(List.of(holder));
    await().until(() -> running.get() == 1);
    Duration soon = Duration.ofMillis(1);
    Job patient = new JobMaker("LOCKED", "").timeout(soon).parent(TestVerbs.parent(true)).make();
    Job cancelled = TestVerbs.job("LOCKED", "", TestVerbs.parent(true));
    run(List.of(patient, cancelled));
    await().until(() -> lanes.cancel(List.of(cancelled.id())).isEmpty());
    awaitEnd(List.of(cancelled));
    assertEquals(Outcome.Reason.CANCELLED, reason(cancelled));
    assertFalse(results.containsKey(patient.id()));
  }

  @Test
  void aJobIsEndedWhenItsTimeIsUpAndTheNextRuns() throws Exception {
    Job slow = new JobMaker("BLOCK", "").timeout(Duration.ofMillis(200)).make();
    Job next = TestVerbs.job("OK", "");
    run(List.of(slow, next));
    awaitEnd(List.of(slow, next));
    assertEquals(Outcome.Reason.TIMEOUT, reason(slow));
    assertTrue(results.get(slow.id()).outcome().info().contains("0.2 s"));
    assertInstanceOf(Outcome.Succeeded.class, results.get(next.id()).outcome());
  }

  @Test
  void aVerbThatIgnoresOneInterruptGetsAnother() throws Exception {
    Job deaf = new JobMaker("DEAF", "").timeout(Duration.ofMillis(50)).make();
    run(List.of(deaf));
    awaitEnd(List.of(deaf));
    assertEquals(Outcome.Reason.TIMEOUT, reason(deaf));
  }

  @Test
  void aJobThatFinishesThoughItIsCancelledDoesNotSucceedAndSetsNothing() throws Exception {
    verbs.put("LATE", TestVerbs.verb("LATE", "l", false, (text, node) -> late(node)));
    Job late = TestVerbs.job("LATE", "");
    run(List.of(late));
    await().until(() -> running.get() == 1);
    lanes.cancel(List.of(late.id()));
    gate.countDown();
    awaitEnd(List.of(late));
    assertEquals(Outcome.Reason.CANCELLED, reason(late));
    assertFalse(cache.args().containsKey("late"));
  }

  @Test
  void aVerbThatHangsIsLeftBehindAndItsLaneAndItsLockGoOn() throws Exception {
    verbs.put("LATE", TestVerbs.verb("LATE", "l", false, (text, node) -> late(node)));
    verbs.put("NEXT", TestVerbs.verb("NEXT", "l", false, (text, node) -> succeed(text)));
    Job hanging = new JobMaker("LATE", "").timeout(Duration.ofMillis(50)).make();
    Job next = TestVerbs.job("NEXT", "");
    run(List.of(hanging, next));
    await().until(() -> results.containsKey(next.id()));
    assertEquals(Outcome.Reason.TIMEOUT, reason(hanging));
    assertTrue(results.get(hanging.id()).outcome().info().contains("LATE does not return"));
    assertInstanceOf(Outcome.Succeeded.class, results.get(next.id()).outcome());
    gate.countDown();
    await().until(() -> running.get() == 0);
    assertEquals(List.of(hanging.id(), next.id()), order);
    assertFalse(cache.args().containsKey("late"));
  }

  @Test
  void stoppingLeavesAVerbThatHangsBehind() throws Exception {
    verbs.put("LATE", TestVerbs.verb("LATE", (text, node) -> late(node)));
    Job hanging = TestVerbs.job("LATE", "");
    run(List.of(hanging));
    await().until(() -> running.get() == 1);
    lanes.close();
    assertEquals(Outcome.Reason.INTERRUPTED, reason(hanging));
    assertEquals(1, running.get());
  }

  /** Hears no interrupt, as a thread that is in the kernel. */
  private Outcome late(NodeContext node) throws Exception {
    enter();
    try {
      while (gate.getCount() > 0) {
        try {
          gate.await();
        } catch (InterruptedException e) {
          // Told again and again.
        }
      }
      node.putArg("late", StringNode.valueOf("x"), false);
      return new Outcome.Succeeded("late");
    } finally {
      running.decrementAndGet();
    }
  }

  @Test
  void runningAndQueuedJobsCanBeCancelled() throws Exception {
    Job current = TestVerbs.job("BLOCK", "");
    Job queued = TestVerbs.job("OK", "");
    Job next = TestVerbs.job("OK", "");
    run(List.of(current, queued, next));
    await().until(() -> running.get() == 1);
    assertEquals(Set.of(), lanes.cancel(List.of(queued.id())));
    UUID unknown = UUID.randomUUID();
    assertEquals(Set.of(unknown), lanes.cancel(List.of(current.id(), unknown)));
    awaitEnd(List.of(current, queued, next));
    assertEquals(Outcome.Reason.CANCELLED, reason(current));
    assertEquals(Outcome.Reason.CANCELLED, reason(queued));
    assertInstanceOf(Outcome.Succeeded.class, results.get(next.id()).outcome());
    assertEquals(Set.of(current.id()), lanes.cancel(List.of(current.id())));
  }

  @Test
  void cancellingALaterJobOfAParentOmitsNoneBeforeIt() throws Exception {
    Parent parent = TestVerbs.parent(false);
    Job current = TestVerbs.job("BLOCK", "", parent);
    Job before = TestVerbs.job("OK", "", parent);
    Job cancelled = TestVerbs.job("OK", "", parent);
    Job behind = TestVerbs.job("OK", "", parent);
    run(List.of(current, before, cancelled, behind));
    await().until(() -> running.get() == 1);

    lanes.cancel(List.of(cancelled.id()));
    gate.countDown();

    awaitEnd(List.of(current, before, cancelled, behind));
    assertInstanceOf(Outcome.Succeeded.class, results.get(current.id()).outcome());
    assertInstanceOf(Outcome.Succeeded.class, results.get(before.id()).outcome());
    assertEquals(Outcome.Reason.CANCELLED, reason(cancelled));
    assertEquals(Outcome.Reason.OMITTED, reason(behind));
  }

  @Test
  void noneOfThoseThatAreCancelledTogetherTakesThePlaceOfAnother() throws Exception {
    List<Job> jobs = Stream.generate(() -> TestVerbs.job("BLOCK", "")).limit(500).toList();
    run(jobs);
    await().until(() -> running.get() == 1);

    lanes.cancel(jobs.stream().map(Job::id).toList());

    awaitEnd(jobs);
    assertEquals(1, jobs.stream().filter(job -> results.get(job.id()).startedAt() != null).count());
  }

  @Test
  void whatIsDroppedDoesNotBeginAndWhatHasBegunGoesOn() throws Exception {
    Job current = TestVerbs.job("LOCKED", "");
    Job locked = TestVerbs.job("LOCKED", "", TestVerbs.parent(true));
    Job queued = TestVerbs.job("OK", "");
    run(List.of(current, queued));
    await().until(() -> running.get() == 1);
    run(List.of(locked));

    await()
        .until(
            () -> {
              lanes.drop(List.of(current.id(), locked.id(), queued.id(), UUID.randomUUID()));
              return results.containsKey(locked.id());
            });

    awaitEnd(List.of(queued));
    assertEquals(Outcome.Reason.NOT_STARTED, reason(queued));
    assertEquals(Outcome.Reason.NOT_STARTED, reason(locked));
    assertFalse(results.containsKey(current.id()));
    gate.countDown();
    awaitEnd(List.of(current));
    assertInstanceOf(Outcome.Succeeded.class, results.get(current.id()).outcome());
  }

  @Test
  void stoppingInterruptsWhatRunsAndLeavesTheRestForTheNextTime() throws Exception {
    Job current = TestVerbs.job("BLOCK", "");
    Job queued = TestVerbs.job("OK", "");
    run(List.of(current, queued));
    await().until(() -> running.get() == 1);
    lanes.close();
    assertEquals(Outcome.Reason.INTERRUPTED, reason(current));
    journal.close();
    cache.close();
    var opened = JournalOpener.open(directory, "boot", Clock.systemUTC());
    assertEquals(List.of(queued), opened.toRun().stream().map(ServerMessage.Run::job).toList());
    opened.journal().close();
    open();
  }
}

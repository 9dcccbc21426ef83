package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.client.journal.JournalOpener;
import io.directord.common.component.CacheTag;
import io.directord.common.component.Component;
import io.directord.common.component.JobException;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.json.Json;
import io.directord.common.wire.ServerMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.StringNode;

class LanesTest extends LanesFixture {
  @Test
  void jobsOfPlainParentsRunOneAfterTheOtherInOrder() throws Exception {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      jobs.add(TestVerbs.job("OK", "" + i));
    }
    run(jobs);
    awaitEnd(jobs);
    assertEquals(jobs.stream().map(Job::id).toList(), order);
    assertEquals(1, mostRunning.get());
  }

  @Test
  void asyncParentsRunSideBySideButNotTooMany() throws Exception {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < ASYNC_LANES + 2; i++) {
      Parent parent = TestVerbs.parent(true);
      jobs.add(TestVerbs.job("BLOCK", "first", parent));
      jobs.add(TestVerbs.job("OK", "second", parent));
    }
    Job plain = TestVerbs.job("OK", "beside");
    jobs.add(plain);
    run(jobs);
    awaitEnd(List.of(plain));
    await().until(() -> running.get() == ASYNC_LANES);
    gate.countDown();
    awaitEnd(jobs);
    assertTrue(mostRunning.get() <= ASYNC_LANES + 1, "at most " + mostRunning);
    for (int i = 0; i < jobs.size() - 1; i += 2) {
      assertTrue(order.indexOf(jobs.get(i).id()) < order.indexOf(jobs.get(i + 1).id()));
    }
  }

  @Test
  void aFailureOmitsTheLaterJobsOfItsParentAlone() throws Exception {
    Parent parent = TestVerbs.parent(false);
    Job failing = TestVerbs.job("FAIL", "no", parent);
    Job later = TestVerbs.job("OK", "later", parent);
    Job other = TestVerbs.job("OK", "other");
    run(List.of(failing, later, other));
    awaitEnd(List.of(failing, later, other));
    assertEquals(
        new Outcome.Failed(Outcome.Reason.OMITTED, "Job omitted, parent failure"),
        results.get(later.id()).outcome());
    assertEquals(null, results.get(later.id()).startedAt());
    assertInstanceOf(Outcome.Succeeded.class, results.get(other.id()).outcome());
  }

  @Test
  void aFailedParentIsRememberedAcrossARestart() throws Exception {
    Parent parent = TestVerbs.parent(true);
    Job failing = TestVerbs.job("FAIL", "no", parent);
    run(List.of(failing));
    awaitEnd(List.of(failing));
    restart();
    Job later = TestVerbs.job("OK", "later", parent);
    run(List.of(later));
    awaitEnd(List.of(later));
    assertEquals(Outcome.Reason.OMITTED, reason(later));
  }

  @Test
  void whatSucceededIsSkippedTheNextTimeAlsoAfterARestart() throws Exception {
    Job first = new JobMaker("OK", "same").cached().make();
    Job second = new JobMaker("OK", "same").cached().make();
    Job fresh = new JobMaker("OK", "same").make();
    run(List.of(first, second, fresh));
    awaitEnd(List.of(first, second, fresh));
    assertInstanceOf(Outcome.Succeeded.class, results.get(first.id()).outcome());
    String info = results.get(second.id()).outcome().info();
    assertInstanceOf(Outcome.Skipped.class, results.get(second.id()).outcome());
    assertTrue(info.matches("done at [0-9-]+T[0-9:]+Z"), info);
    assertInstanceOf(Outcome.Succeeded.class, results.get(fresh.id()).outcome());
    restart();
    Job third = new JobMaker("OK", "same").cached().make();
    run(List.of(third));
    awaitEnd(List.of(third));
    assertInstanceOf(Outcome.Skipped.class, results.get(third.id()).outcome());
  }

  @Test
  void aSuccessThatCannotBeNotedIsOneAndSaysSo() throws Exception {
    verbs.put("CLOSE", closing());
    Job job = TestVerbs.job("CLOSE", "well");
    run(List.of(job));
    awaitEnd(List.of(job));
    Outcome outcome = results.get(job.id()).outcome();
    assertInstanceOf(Outcome.Succeeded.class, outcome);
    assertTrue(
        outcome
            .info()
            .startsWith("done; what this node is to keep of it is in memory only, until its cache"),
        outcome::info);
  }

  @Test
  void anArgumentThatCannotBeWrittenIsInMemoryForLaterJobs() throws Exception {
    verbs.put("CLOSE", closing());
    verbs.put(
        "READ",
        TestVerbs.verb("READ", (text, node) -> new Outcome.Succeeded(node.render("{{ who }}"))));
    Parent parent = TestVerbs.parent(false);
    Job first = new JobMaker("CLOSE", "well").parent(parent).stdoutArg("who").make();
    Job second = new JobMaker("READ", "").parent(parent).make();
    run(List.of(first, second));
    awaitEnd(List.of(first, second));
    assertInstanceOf(Outcome.Succeeded.class, results.get(first.id()).outcome());
    assertTrue(results.get(second.id()).outcome().info().startsWith("said"), results::toString);
  }

  private Component<TestVerbs.Text> closing() {
    return TestVerbs.verb(
        "CLOSE",
        null,
        true,
        (text, node) -> {
          cache.close();
          node.stdout("said");
          return new Outcome.Succeeded("done");
        });
  }

  @Test
  void whatFailedIsNotSkipped() throws Exception {
    Job first = new JobMaker("FAIL", "same").cached().make();
    Job second = new JobMaker("FAIL", "same").cached().make();
    run(List.of(first, second));
    awaitEnd(List.of(first, second));
    assertEquals(Outcome.Reason.ERROR, reason(second));
  }

  @Test
  void outputIsKeptAsAnArgumentBeforeTheNextJob() throws Exception {
    Parent parent = TestVerbs.parent(false);
    Job first = new JobMaker("SAY", " kernel 6\n").parent(parent).stdoutArg("who").make();
    verbs.put(
        "READ",
        TestVerbs.verb("READ", (text, node) -> new Outcome.Succeeded(node.render("{{ who }}"))));
    Job second = TestVerbs.job("READ", "", parent);
    run(List.of(first, second));
    awaitEnd(List.of(first, second));
    assertEquals("kernel 6", results.get(second.id()).outcome().info());
    assertEquals(" kernel 6\n", results.get(first.id()).stdout());
  }

  @Test
  void aJobThatLeavesAnArgumentIsNotSkippedWhenTheArgumentIsGone() throws Exception {
    cache.done(new JobMaker("SAY", "x").make().fingerprint(), Json.object());
    Job job = new JobMaker("SAY", "x").cached().stdoutArg("gone").make();
    run(List.of(job));
    awaitEnd(List.of(job));
    assertInstanceOf(Outcome.Succeeded.class, results.get(job.id()).outcome());
    assertEquals("x", cache.args().get("gone").stringValue());
  }

  @Test
  void jobsThatNameTheSameLockExcludeEachOther() throws Exception {
    List<Job> jobs =
        List.of(
            TestVerbs.job("LOCKED", "", TestVerbs.parent(true)),
            TestVerbs.job("LOCKED", "", TestVerbs.parent(true)));
    run(jobs);
    await().until(() -> running.get() == 1);
    Job free = TestVerbs.job("OK", "", TestVerbs.parent(true));
    run(List.of(free));
    awaitEnd(List.of(free));
    gate.countDown();
    awaitEnd(jobs);
    // Itself and the free one.
    assertTrue(mostRunning.get() <= 2);
  }

  @Test
  void forceLockExcludesOtherJobsWithForceLock() throws Exception {
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      jobs.add(new JobMaker("BLOCK", "").parent(TestVerbs.parent(true)).forceLock().make());
    }
    run(jobs);
    await().until(() -> running.get() == 1);
    gate.countDown();
    awaitEnd(jobs);
    assertEquals(1, mostRunning.get());
  }

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
  void anUnknownVerbIsRefusedByName() throws Exception {
    Job job = TestVerbs.job("NOPE", "");
    run(List.of(job));
    awaitEnd(List.of(job));
    assertEquals(Outcome.Reason.REFUSED, reason(job));
    assertTrue(results.get(job.id()).outcome().info().contains("NOPE"));
  }

  @Test
  void whateverAVerbThrowsFailsItsJobAlone() throws Exception {
    Job throwing = TestVerbs.job("THROW", "deep");
    Job next = TestVerbs.job("OK", "");
    run(List.of(throwing, next));
    awaitEnd(List.of(throwing, next));
    assertEquals(Outcome.Reason.ERROR, reason(throwing));
    assertEquals(
        "THROW failed unexpectedly; the log of the node's client says how",
        results.get(throwing.id()).outcome().info());
    assertInstanceOf(Outcome.Succeeded.class, results.get(next.id()).outcome());
  }

  @Test
  void argumentsThatMakeNoSenseFailTheirJobAlone() throws Exception {
    Job job = TestVerbs.job("OK", "");
    job.arguments().putArray("text").add(1);
    run(List.of(job));
    awaitEnd(List.of(job));
    assertEquals(Outcome.Reason.ERROR, reason(job));
    assertEquals(
        "OK: its arguments cannot be read: text is not of the type that the verb takes",
        results.get(job.id()).outcome().info());
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
    await().atMost(Duration.ofSeconds(30)).until(() -> results.containsKey(next.id()));
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
  void saysThatAJobHasStartedOnlyIfItRunsForAWhile() throws Exception {
    Job quick = TestVerbs.job("OK", "");
    Job slow = TestVerbs.job("BLOCK", "");
    run(List.of(quick, slow));
    await().until(() -> !started.isEmpty());
    assertEquals(List.of(slow.id()), started);
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

  @Test
  void theResultIsInTheJournalBeforeItIsSent() throws Exception {
    Job job = TestVerbs.job("OK", "");
    run(List.of(job));
    awaitEnd(List.of(job));
    assertEquals(List.of(job.id()), journal.unconfirmed());
  }

  @Test
  void aJobIsNotSkippedWhereWhatItLeavesWasEvicted() throws Exception {
    verbs.put("LEAVES", new LeavesArg());
    Job first = new JobMaker("LEAVES", "").cached().make();
    Job again = new JobMaker("LEAVES", "").cached().make();
    run(List.of(first, again));
    awaitEnd(List.of(first, again));
    assertInstanceOf(Outcome.Skipped.class, results.get(again.id()).outcome());
    cache.evict(CacheTag.ARGS);
    Job third = new JobMaker("LEAVES", "").cached().make();
    run(List.of(third));
    awaitEnd(List.of(third));
    assertEquals("left", results.get(third.id()).outcome().info());
  }

  /** A verb that leaves an argument, and is skipped where that is. */
  private static final class LeavesArg implements Component<TestVerbs.Text> {
    @Override
    public String verb() {
      return "LEAVES";
    }

    @Override
    public TestVerbs.Text newArguments() {
      return new TestVerbs.Text();
    }

    @Override
    public String leaves() {
      return "left";
    }

    @Override
    public Outcome run(TestVerbs.Text arguments, NodeContext node) throws JobException {
      node.putArg("left", StringNode.valueOf("x"), false);
      return new Outcome.Succeeded("left");
    }
  }

  @Test
  void saysWhatAJobWaitsFor() throws Exception {
    Job first = TestVerbs.job("LOCKED", "first", TestVerbs.parent(true));
    run(List.of(first));
    await().until(() -> running.get() == 1);
    Job locked = TestVerbs.job("LOCKED", "second", TestVerbs.parent(true));
    Job behind = TestVerbs.job("OK", "third", locked.parent());
    Job last = TestVerbs.job("OK", "fourth", locked.parent());
    run(List.of(locked, behind, last));
    String held = "waits for the lock 'l', which job " + shortId(first) + " (LOCKED";
    await().until(() -> lanes.explain(locked.id()).startsWith(held));
    assertTrue(lanes.explain(first.id()).matches("has been running for \\d+ s"));
    String text = lanes.explain(behind.id());
    assertTrue(text.startsWith("waits behind job " + shortId(locked) + " (LOCKED"), text);
    assertTrue(text.endsWith("), which has not begun itself"), text);
    assertTrue(lanes.explain(last.id()).endsWith(", and 1 more job"), lanes.explain(last.id()));
    assertEquals(null, lanes.explain(UUID.randomUUID()));
    gate.countDown();
    awaitEnd(List.of(first, locked, behind, last));
    assertEquals(null, lanes.explain(last.id()));
  }

  private static String shortId(Job job) {
    return job.id().toString().substring(0, 8);
  }
}

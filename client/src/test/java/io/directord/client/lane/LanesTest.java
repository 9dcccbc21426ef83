package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.TestVerbs.JobMaker;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** In which order jobs run, and which of them exclude each other. */
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
  void saysThatAJobHasStartedOnlyIfItRunsForAWhile() throws Exception {
    long now = System.nanoTime();
    nanoTime = () -> now;
    Job quick = TestVerbs.job("OK", "");
    Job slow = TestVerbs.job("BLOCK", "");
    run(List.of(quick, slow));
    // However long that took, no time has passed for the quick one.
    await().until(() -> running.get() == 1 && results.containsKey(quick.id()));
    nanoTime = System::nanoTime;
    await().until(() -> !started.isEmpty());
    assertEquals(List.of(slow.id()), started);
  }

  @Test
  void theResultIsInTheJournalBeforeItIsSent() throws Exception {
    Job job = TestVerbs.job("OK", "");
    run(List.of(job));
    awaitEnd(List.of(job));
    assertEquals(List.of(job.id()), journal.unconfirmed());
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
    // It is there for a moment after its result was sent.
    await().until(() -> lanes.explain(last.id()) == null);
  }

  private static String shortId(Job job) {
    return job.id().toString().substring(0, 8);
  }
}

package io.directord.client.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class JournalTest extends JournalFixture {
  @Test
  void aClockThatIsSetMakesNoFailedParentForgotten() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    journal = JournalOpener.open(directory, "boot", now::get).journal();
    UUID parent = UUID.randomUUID();
    journal.ended(UUID.randomUUID(), parent, true, List.of(new byte[] {1}));

    now.set(Instant.EPOCH.plus(Duration.ofDays(3650)));
    journal.compact();

    assertTrue(hasFailed(parent));
    journal.close();
    journal = JournalOpener.open(directory, "boot", now::get).journal();
    assertTrue(hasFailed(parent));
  }

  @Test
  void countsWhatItHasTakenAndBegunThroughRestartsAndRewrites() throws Exception {
    open("boot");
    assertEquals(0, journal.state().journalSteps());
    Job job = take();
    journal.started(job.id());
    journal.started(job.id());
    take();
    assertEquals(3, journal.state().journalSteps());

    journal.compact();
    assertEquals(3, reopened());
    end(job, new Outcome.Succeeded("fine"));
    journal.durable(List.of(job.id()));
    journal.compact();
    assertEquals(3, reopened());
  }

  private long reopened() throws IOException {
    reopen("boot");
    return journal.state().journalSteps();
  }

  @Test
  void takesAJobOnceThoughItComesTwice() throws Exception {
    open("boot");
    Job job = TestVerbs.job("RUN", "x");
    assertEquals(List.of(job), runs(journal.take(List.of(received(job), received(job)))));
    assertEquals(List.of(), runs(journal.take(List.of(received(job)))));
  }

  @Test
  void answersAJobThatEndedBefore() throws Exception {
    open("boot");
    Job job = take();
    journal.started(job.id());
    end(job, new Outcome.Succeeded("fine"));
    Journal.Taking again = journal.take(List.of(received(job)));
    assertEquals(List.of(job.id()), again.answer());
    assertEquals("fine", result(job).outcome().info());
  }

  @Test
  void doesNotRunAJobWhoseResultWasDurable() throws Exception {
    open("boot");
    Job job = take();
    end(job, new Outcome.Succeeded("fine"));
    journal.durable(List.of(job.id()));
    assertNull(journal.result(job.id()));
    reopen("boot");
    assertEquals(List.of(job.id()), journal.take(List.of(received(job))).forgotten());
  }

  @Test
  void aResultMayBeSaidToBeDurableTwice() throws Exception {
    open("boot");
    Job job = take();
    end(job, new Outcome.Succeeded("fine"));
    journal.durable(List.of(job.id(), job.id()));
    journal.durable(List.of(job.id()));
    assertEquals(List.of(), journal.unconfirmed());
    assertTrue(journal.knows(job.id()));
  }

  @Test
  void afterACrashOfTheClientWhatBeganIsInterruptedAndTheRestStillRuns() throws Exception {
    open("boot");
    List<Job> jobs = endedRunningAndQueued();
    Job ended = jobs.get(0);
    Job running = jobs.get(1);
    Job queued = jobs.get(2);

    crash("boot");

    assertEquals(List.of(queued), runs(opened.toRun()));
    assertEquals(List.of(running.id()), opened.interrupted());
    assertEquals(Outcome.Reason.INTERRUPTED, reason(running));
    assertTrue(result(running).details().cut(), "its output was lost");
    assertTrue(result(running).outcome().info().contains("output up to the crash may be missing"));
    assertFalse(result(ended).details().cut());
    assertEquals("fine", result(ended).outcome().info());
    assertEquals(List.of(ended.id(), running.id()), journal.unconfirmed());
  }

  @Test
  void afterACrashOfTheMachineNothingIsRunAgain() throws Exception {
    open("boot");
    Job queued = take();
    crash("another boot");
    assertEquals(List.of(), opened.toRun());
    assertEquals(Outcome.Reason.INTERRUPTED, reason(queued));
  }

  @Test
  void afterAnOrderlyStopAndARebootQueuedJobsStillRun() throws Exception {
    open("boot");
    Job queued = take();
    journal.close();
    open("another boot");
    assertEquals(List.of(queued), runs(opened.toRun()));
  }

  @Test
  void remembersWhichParentsFailed() throws Exception {
    open("boot");
    Job failed = take();
    Job other = take();
    end(failed, new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    journal.durable(List.of(failed.id()));
    assertTrue(hasFailed(failed.parent().id()));
    journal.compact();
    reopen("boot");
    assertTrue(hasFailed(failed.parent().id()));
    assertFalse(hasFailed(other.parent().id()));
    assertEquals(1, journal.forgetFailedParents());
    assertFalse(hasFailed(failed.parent().id()));
    reopen("boot");
    assertFalse(hasFailed(failed.parent().id()));
  }

  @Test
  void aFailureOmitsOnlyWhatCameAfterIt() throws Exception {
    open("boot");
    Parent parent = TestVerbs.parent(false);
    List<Job> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      jobs.add(TestVerbs.job("RUN", "" + i, parent));
    }
    journal.take(jobs.subList(0, 4).stream().map(JournalTest::received).toList());
    end(jobs.get(3), new Outcome.Failed(Outcome.Reason.CANCELLED, "no"));
    journal.take(List.of(received(jobs.get(4))));
    journal.durable(List.of(jobs.get(3).id()));
    assertEquals(List.of(false, false, false, true, true), omitted(jobs));

    reopen("boot");
    assertEquals(List.of(false, false, false, true, true), omitted(jobs));
    journal.compact();
    reopen("boot");
    assertEquals(List.of(false, false, false, true, true), omitted(jobs));

    end(jobs.get(0), new Outcome.Succeeded("fine"));
    end(jobs.get(1), new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    assertEquals(List.of(true, true, true), omitted(jobs.subList(2, 5)));
    journal.compact();
    reopen("boot");
    assertEquals(List.of(true, true, true), omitted(jobs.subList(2, 5)));
  }

  private List<Boolean> omitted(List<Job> jobs) {
    return jobs.stream().map(job -> journal.omits(job.id(), job.parent().id())).toList();
  }

  @Test
  void parentsThatWereForgottenStaySoWhenItIsCompacted() throws Exception {
    open("boot");
    Job forgotten = take();
    end(forgotten, new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    journal.forgetFailedParents();
    Job failed = take();
    end(failed, new Outcome.Failed(Outcome.Reason.ERROR, "no"));
    journal.compact();
    reopen("boot");
    assertFalse(hasFailed(forgotten.parent().id()));
    assertTrue(hasFailed(failed.parent().id()));
    assertEquals(List.of(forgotten.id(), failed.id()), journal.unconfirmed());
  }

  @Test
  void keepsWhatMattersWhenItIsCompacted() throws Exception {
    open("boot");
    Job durable = take();
    Job ended = take();
    Job queued = take();
    end(durable, new Outcome.Succeeded("safe"));
    end(ended, new Outcome.Succeeded("ended"));
    journal.durable(List.of(durable.id()));
    journal.compact();
    assertEquals("ended", result(ended).outcome().info());
    reopen("boot");
    assertEquals("ended", result(ended).outcome().info());
    assertEquals(List.of(queued), runs(opened.toRun()));
    assertEquals(List.of(durable.id()), journal.take(List.of(received(durable))).forgotten());
  }

  @Test
  void staysSmallThoughManyJobsComeAndGo() throws Exception {
    open("boot");
    String large = "x".repeat(10_000);
    for (int i = 0; i < 1000; i++) {
      Job job = TestVerbs.job("RUN", large);
      journal.take(List.of(received(job)));
      end(job, new Outcome.Succeeded("fine"));
      journal.durable(List.of(job.id()));
    }
    assertTrue(Files.size(file()) < 2 * Journal.COMPACT_ABOVE_BYTES);
  }

  @Test
  void keepsItsIdForAsLongAsNothingIsLost() throws Exception {
    open("boot");
    UUID id = journal.state().journal();
    take();
    reopen("boot");
    assertEquals(id, journal.state().journal());
    journal.compact();
    assertEquals(id, journal.state().journal());
    crash("another boot");
    assertEquals(id, journal.state().journal());
  }
}

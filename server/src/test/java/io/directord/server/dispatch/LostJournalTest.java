package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.NodeMessage;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** A node has lost its journal, or has an older copy of it. */
class LostJournalTest {
  private static final int WINDOW = 3;

  private final MemoryStore store = new MemoryStore();
  private final TestClock clock = new TestClock();
  @AutoClose private TestServer server = new TestServer(store, clock, TestServer.window(WINDOW));

  @Test
  void whatWasSentToANodeThatHasLostItsJournalIsInterruptedAndNotSentAgain() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    List<UUID> ids =
        server.submit(TestServer.job(), TestServer.job(), TestServer.job(), TestServer.job());
    await().until(() -> node.jobs().size() == WINDOW);
    node.close();

    FakeNode again = server.node("a").journal(UUID.randomUUID()).join();

    await().until(() -> again.jobs().equals(List.of(ids.get(3))));
    for (UUID id : ids.subList(0, 3)) {
      await()
          .until(
              () ->
                  TestServer.get(server.dispatch().job(TestServer.CALLER, id)).summary().failed()
                      == 1);
      NodeOutcome outcome =
          TestServer.get(server.dispatch().job(TestServer.CALLER, id)).nodes().get(0);
      assertEquals(Outcome.Reason.INTERRUPTED, outcome.reason());
      assertTrue(outcome.info().contains("the journal of node a was lost"), outcome.info());
      assertTrue(outcome.details().lostOutput(), outcome::toString);
    }
  }

  @Test
  void whatIsSubmittedBehindAJobThatALostJournalInterruptedDoesNotRunThere() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    FakeNode other = server.node("b").join();
    Job here = TestServer.job(UUID.randomUUID(), "a");
    Job both = TestServer.job(UUID.randomUUID(), "a", "b");
    server.submit(here, both);
    await().until(() -> node.jobs().size() == 2 && other.jobs().size() == 1);
    node.close();
    FakeNode again = server.node("a").journal(UUID.randomUUID()).join();
    await().until(() -> !server.summary(here.id()).processing());
    await().until(() -> stateOnA(both.id()) == NodeOutcome.State.FAILED);

    Job afterHere = TestServer.job(here.parent().id(), "a", "b");
    Job afterBoth = TestServer.job(both.parent().id(), "a", "b");
    Job others = TestServer.job("a");
    server.submit(afterHere, afterBoth, others);

    await().until(() -> again.jobs().contains(others.id()));
    assertEquals(List.of(others.id()), again.jobs());
    for (Job later : List.of(afterHere, afterBoth)) {
      await().until(() -> stateOnA(later.id()) == NodeOutcome.State.FAILED);
      assertEquals(Outcome.Reason.OMITTED, server.view(later.id()).nodes().get(0).reason());
    }
    await().until(() -> other.jobs().containsAll(List.of(afterHere.id(), afterBoth.id())));
  }

  @Test
  void whatWaitsBehindAFailureOfWhichALostJournalKnewDoesNotRunThere() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    server.node("b").join();
    Job failed = TestServer.job(UUID.randomUUID(), "a", "b");
    Job[] between = Stream.generate(() -> TestServer.job("a")).limit(WINDOW).toArray(Job[]::new);
    Job waits = TestServer.job(failed.parent().id(), "a");
    server.submit(failed);
    await().until(() -> node.jobs().contains(failed.id()));
    node.answer(FakeNode.failure(failed.id()));
    await().until(() -> stateOnA(failed.id()) == NodeOutcome.State.FAILED);
    server.submit(between);
    server.submit(waits);
    await().until(() -> node.jobs().size() == WINDOW + 1);
    node.close();

    FakeNode again = server.node("a").journal(UUID.randomUUID()).join();

    await().until(() -> stateOnA(waits.id()) == NodeOutcome.State.FAILED);
    assertEquals(Outcome.Reason.OMITTED, server.view(waits.id()).nodes().get(0).reason());
    assertEquals(List.of(), again.jobs());
  }

  @Test
  void aNodeThatLosesItsJournalWhileItIsConnectedIsNoticedWithItsNextHeartbeat() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);

    node.journal(UUID.randomUUID()).heartbeat();

    await()
        .until(
            () ->
                TestServer.get(server.dispatch().job(TestServer.CALLER, id)).nodes().get(0).reason()
                    == Outcome.Reason.INTERRUPTED);
    assertEquals(List.of(id), node.jobs());
  }

  @Test
  void whatANodeDropsSinceItsJournalWasLostSaysSo() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    FakeNode other = server.node("b").join();
    UUID open = server.submit(TestServer.job(UUID.randomUUID(), "a", "b")).get(0);
    UUID ended = server.submit(TestServer.job(UUID.randomUUID(), "a")).get(0);
    await().until(() -> node.jobs().size() == 2 && other.jobs().size() == 1);
    node.journal(UUID.randomUUID()).heartbeat();
    await().until(() -> !server.summary(ended).processing());

    for (UUID id : List.of(open, ended)) {
      Outcome dropped = new Outcome.Failed(Outcome.Reason.NOT_STARTED, "dropped");
      node.answer(NodeResult.withoutRun(id, dropped, Instant.now()));
      await().until(() -> reasonOnA(id) == Outcome.Reason.NOT_STARTED);
      String info = server.view(id).nodes().get(0).info();
      assertTrue(
          info.endsWith("since the node's journal was lost or damaged, or is an older copy"), info);
    }
  }

  @Test
  void aNewJournalIsAWarningOnlyWhereJobsAreInterrupted() {
    try (LogLines log = new LogLines(Membership.class)) {
      FakeNode node = server.node("amnesia").journal(UUID.randomUUID()).join();
      node.journal(UUID.randomUUID()).heartbeat();
      await().until(() -> ofItsJournal(log.lines()) == 1);
      assertEquals(0, ofItsJournal(log.warnings()));

      server.submit(TestServer.job("amnesia"));
      await().until(() -> node.jobs().size() == 1);
      node.journal(UUID.randomUUID()).heartbeat();
      await().until(() -> ofItsJournal(log.warnings()) == 1);
    }
  }

  private static long ofItsJournal(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith("node amnesia has lost its journal"))
        .count();
  }

  @Test
  void aServerThatWasStartedAgainNoticesAsWellThatANodeHasLostItsJournal() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);
    node.close();
    server = server.restarted();

    FakeNode again = server.node("a").journal(UUID.randomUUID()).join();

    await()
        .until(
            () ->
                TestServer.get(server.dispatch().job(TestServer.CALLER, id)).nodes().get(0).reason()
                    == Outcome.Reason.INTERRUPTED);
    assertEquals(List.of(), again.jobs());
  }

  @Test
  void aNodeWithTheSameJournalIsSentAgainWhatItHasNotAnswered() {
    UUID journal = UUID.randomUUID();
    FakeNode node = server.node("a").journal(journal).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);
    node.close();

    FakeNode again = server.node("a").journal(journal).join();

    await().until(() -> again.jobs().equals(List.of(id)));
  }

  @Test
  void aResultThatALostJournalGivesAllTheSameCounts() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    FakeNode other = server.node("b").join();
    Job job = TestServer.job(UUID.randomUUID(), "a", "b");
    server.submit(job);
    await().until(() -> node.jobs().size() == 1 && other.jobs().size() == 1);
    node.close();
    FakeNode again = server.node("a").journal(UUID.randomUUID()).join();

    again.answer(FakeNode.success(job.id(), "saved"));
    other.answer(FakeNode.success(job.id(), ""));

    // The other node's result may come first; then this one takes the place of the lost one.
    await().until(() -> again.durable().contains(job.id()) && other.durable().contains(job.id()));
    JobView view = TestServer.get(server.dispatch().job(TestServer.CALLER, job.id()));
    assertEquals(2, view.summary().counts().succeeded());
    assertEquals(0, view.summary().counts().failed());
    assertEquals(0, view.summary().counts().runs().cut());
  }

  @Test
  void aResultThatALostJournalGivesAllTheSameCountsThoughTheJobHasEndedEverywhere() {
    FakeNode node = server.node("a").journal(UUID.randomUUID()).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);
    node.close();
    FakeNode again = server.node("a").journal(UUID.randomUUID()).join();
    await().until(() -> !server.summary(id).processing());

    again.answer(FakeNode.success(id, "saved"));

    await().until(() -> again.durable().contains(id));
    JobView view = TestServer.get(server.dispatch().job(TestServer.CALLER, id));
    assertEquals("saved", view.nodes().get(0).stdout());
    assertEquals(1, view.summary().counts().succeeded());
    assertEquals(0, view.summary().counts().failed());
    assertEquals(0, view.summary().counts().runs().cut());
  }

  @Test
  void whatWasSentToANodeIsInterruptedIfAnOlderCopyOfItsJournalWasPutBack() {
    UUID journal = UUID.randomUUID();
    FakeNode node = server.node("a").journal(journal, 4).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);
    node.send(new NodeMessage.Started(id, "RUN", 6L));
    await().until(() -> stateOnA(id) == NodeOutcome.State.RUNNING);
    node.close();

    FakeNode again = server.node("a").journal(journal, 5).join();

    await().until(() -> stateOnA(id) == NodeOutcome.State.FAILED);
    NodeOutcome outcome = server.view(id).nodes().get(0);
    assertEquals(Outcome.Reason.INTERRUPTED, outcome.reason());
    assertTrue(outcome.info().contains("is an older copy, or"), outcome.info());
    assertEquals(List.of(), again.jobs());
  }

  @Test
  void aServerThatWasStartedAgainNoticesAsWellThatAnOlderCopyOfAJournalWasPutBack() {
    UUID journal = UUID.randomUUID();
    FakeNode node = server.node("a").journal(journal, 4).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);
    node.send(new NodeMessage.Started(id, "RUN", 6L)).join();
    node.close();
    server = server.restarted();

    FakeNode again = server.node("a").journal(journal, 5).join();

    await().until(() -> stateOnA(id) == NodeOutcome.State.FAILED);
    assertEquals(Outcome.Reason.INTERRUPTED, server.view(id).nodes().get(0).reason());
    assertEquals(List.of(), again.jobs());
  }

  @Test
  void aClientOfAnEarlierVersionThatDoesNotCountItsStepsIsNotTakenForAnOlderCopy() {
    UUID journal = UUID.randomUUID();
    FakeNode node = server.node("a").journal(journal, 4).join();
    UUID id = server.submit(TestServer.job()).get(0);
    await().until(() -> node.jobs().size() == 1);
    node.close();

    FakeNode earlier = server.node("a").journal(journal, null).join();
    await().until(() -> earlier.jobs().equals(List.of(id)));
    earlier.close();
    FakeNode again = server.node("a").journal(journal, 0).join();

    await().until(() -> again.jobs().equals(List.of(id)));
  }

  private Outcome.Reason reasonOnA(UUID job) {
    return server.view(job).nodes().get(0).reason();
  }

  private NodeOutcome.State stateOnA(UUID job) {
    return TestServer.get(server.dispatch().job(TestServer.CALLER, job)).nodes().get(0).state();
  }
}

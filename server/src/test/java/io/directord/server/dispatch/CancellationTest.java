package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Bodies;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.MemoryStore;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class CancellationTest {
  @AutoClose
  private TestServer server =
      new TestServer(new MemoryStore(), new TestClock(), TestServer.window(1));

  @Test
  void endsAtOnceWhatWasNotSentAndAsksTheNodeToEndTheRest() {
    FakeNode node = server.node("a").join();
    UUID parent = UUID.randomUUID();
    List<UUID> ids = server.submit(TestServer.job(parent), TestServer.job(parent));
    await().until(() -> node.jobs().size() == 1);

    assertEquals(new Bodies.Cancelled(ids, List.of(), List.of(), null), cancel(parent));

    await().until(() -> !server.summary(ids.get(1)).processing());
    assertEquals(Outcome.Reason.CANCELLED, server.view(ids.get(1)).nodes().get(0).reason());
    await().until(() -> node.cancelled().contains(ids.get(0)));
    assertTrue(server.summary(ids.get(0)).processing());

    node.answer(cancelled(ids.get(0)));
    await().until(() -> !server.summary(ids.get(0)).processing());
    assertEquals(1, node.jobs().size());
    assertEquals(new Bodies.Cancelled(List.of(), List.of(), List.of(), null), cancel(parent));
  }

  @Test
  void whatComesBehindACancelledJobIsNamedAndOmittedAndWhatComesBeforeItRuns() {
    FakeNode node = server.node("a").join();
    UUID parent = UUID.randomUUID();
    Job[] jobs = Stream.generate(() -> TestServer.job(parent)).limit(4).toArray(Job[]::new);
    List<UUID> ids = server.submit(jobs);
    await().until(() -> node.jobs().size() == 1);

    Bodies.Cancelled cancelled = cancel(ids.get(2));

    assertEquals(List.of(ids.get(2)), cancelled.jobs());
    String title = server.summary(ids.get(3)).title().line();
    assertEquals(List.of(new Bodies.Omitted(ids.get(3), 4, title)), cancelled.omitted());
    List<UUID> before = List.of(ids.get(0), ids.get(1));
    assertEquals(new Bodies.Remaining(parent, false, before), cancelled.remaining());
    await().until(() -> !server.summary(ids.get(3)).processing());
    assertEquals(Outcome.Reason.OMITTED, server.view(ids.get(3)).nodes().get(0).reason());
    node.answer(FakeNode.success(ids.get(0), ""));
    await().until(() -> node.jobs().contains(ids.get(1)));
  }

  @Test
  void whatTheNodeWillOmitIsNamedToo() {
    FakeNode node = server.node("a").join();
    UUID parent = UUID.randomUUID();
    List<UUID> ids = server.submit(TestServer.job(parent), TestServer.job(parent));
    await().until(() -> node.jobs().size() == 1);

    Bodies.Cancelled cancelled = cancel(ids.get(0));

    assertEquals(List.of(ids.get(1)), cancelled.omitted().stream().map(job -> job.id()).toList());
    assertTrue(server.summary(ids.get(1)).processing(), "the first may have ended well meanwhile");
  }

  private Bodies.Cancelled cancel(UUID jobOrParent) {
    return TestServer.get(server.dispatch().cancel(TestServer.CALLER, jobOrParent));
  }

  @Test
  void aNodeThatReconnectsIsToldToCancelInsteadOfToRun() {
    FakeNode first = server.node("a").join();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> first.jobs().contains(job.id()));
    first.close();
    server.dispatch().cancel(TestServer.CALLER, job.id());

    FakeNode second = server.node("a").join();

    await().until(() -> second.cancelled().contains(job.id()));
    assertEquals(List.of(), second.jobs());
    second.answer(cancelled(job.id()));
    await().until(() -> !server.summary(job.id()).processing());
  }

  @Test
  void whatIsSubmittedLaterIntoAParentIsOmittedWhereAnEarlierJobWasCancelledUnsent() {
    FakeNode node = server.node("a").join();
    FakeNode other = server.node("b").join();
    Job busy = TestServer.job(UUID.randomUUID(), "a");
    UUID parent = UUID.randomUUID();
    Job first = TestServer.job(parent, "a", "b");
    server.submit(busy);
    server.submit(first);
    await().until(() -> node.jobs().contains(busy.id()) && other.jobs().contains(first.id()));
    cancel(first.id());
    other.answer(FakeNode.success(first.id(), ""));
    await().until(() -> !server.summary(first.id()).processing());

    Job later = TestServer.job(parent, "a", "b");
    server.submit(later);
    node.answer(FakeNode.success(busy.id(), ""));

    await().until(() -> other.jobs().contains(later.id()));
    await().until(() -> server.summary(later.id()).counts().omitted() == 1);
    assertEquals(List.of(busy.id()), node.jobs());
  }

  @Test
  void saysWhenThereIsNothingOfThatId() {
    UUID unknown = UUID.randomUUID();

    RefusedException refused =
        assertThrows(
            RefusedException.class,
            () -> TestServer.get(server.dispatch().cancel(TestServer.CALLER, unknown)));

    assertEquals(RefusedException.Kind.NOT_FOUND, refused.kind());
  }

  private static NodeResult cancelled(UUID job) {
    return NodeResult.withoutRun(
        job,
        new Outcome.Failed(Outcome.Reason.CANCELLED, "cancelled"),
        Instant.parse("2026-01-01T00:00:00Z"));
  }
}

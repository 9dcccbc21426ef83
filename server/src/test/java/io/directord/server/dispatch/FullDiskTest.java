package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Receipt;
import io.directord.common.api.UndecidedException;
import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.target.TargetGroups;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreException;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FullDiskTest {
  /** Of a failed commit. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final MemoryStore memory = new MemoryStore();
  private final List<Change> kept = new ArrayList<>();
  private volatile boolean failing;
  private volatile long usableBytes = Long.MAX_VALUE;
  private TestServer server;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    server =
        new TestServer(
            failingStore(),
            new TestClock(),
            new DispatchLimits(
                10,
                TestServer.HEARTBEAT,
                100,
                Duration.ofDays(1),
                TargetGroups.NONE,
                HookSettings.NONE,
                null));
    node = server.node("a").join();
  }

  /** The memory store, but for what a test makes of it. */
  private JobStore failingStore() {
    return (JobStore)
        Proxy.newProxyInstance(
            JobStore.class.getClassLoader(),
            new Class<?>[] {JobStore.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("commit")) {
                commit((List<?>) arguments[0]);
                return null;
              }
              if (method.getName().equals("usableBytes")) {
                return usableBytes;
              }
              try {
                return method.invoke(memory, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** As the contract has it: what could not be written is part of the next commit. */
  private void commit(List<?> changes) {
    changes.forEach(change -> kept.add((Change) change));
    if (failing) {
      throw new StoreException("the store failed: No space left on device", null);
    }
    memory.commit(List.copyOf(kept));
    kept.clear();
  }

  /** The disk has room again, and time passes until the condition holds. */
  private void withRoomAgain(Callable<Boolean> condition) {
    failing = false;
    await()
        .until(
            () -> {
              server.clock().advance(RETRY);
              return condition.call();
            });
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void refusesNewJobsBeforeTheDiskIsFullAndFinishesTheOthers() {
    Job taken = TestServer.job();
    server.submit(taken);
    usableBytes = 10 << 20;

    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));

    assertEquals(RefusedException.Kind.FULL, refused.kind());
    assertTrue(refused.getMessage().contains("has only 10 MiB left"), refused.getMessage());
    await().until(() -> node.jobs().contains(taken.id()));
    node.answer(FakeNode.success(taken.id(), ""));
    await().until(() -> node.durable().contains(taken.id()));
  }

  @Test
  void theLogSaysOnceThatTheDiskIsFullAndOnceThatItHasRoomAgain() {
    try (LogLines log = new LogLines(DiskRoom.class)) {
      usableBytes = 10 << 20;
      server.pass(Duration.ofSeconds(1));
      await().until(() -> log.lines().size() == 1);
      assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));
      assertFalse(server.dispatch().warnings().isEmpty());

      usableBytes = Long.MAX_VALUE;
      server.pass(Duration.ofSeconds(1));
      await().until(() -> log.lines().size() == 2);

      assertTrue(log.lines().get(0).contains("has only 10 MiB left"), log.lines()::toString);
      assertTrue(log.lines().get(1).contains("has room again"), log.lines()::toString);
    }
  }

  @Test
  void acknowledgesNothingThatTheStoreDidNotTakeAndGoesOnByItself() {
    failing = true;
    Job job = TestServer.job();
    CompletableFuture<Receipt> answer = server.dispatch().submit(TestServer.CALLER, List.of(job));
    await().until(() -> !server.dispatch().warnings().isEmpty());

    assertFalse(answer.isDone());
    assertEquals(List.of(), node.jobs());
    assertTrue(server.dispatch().warnings().get(0).contains("No space left on device"));
    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));
    assertEquals(RefusedException.Kind.FULL, refused.kind());
    assertTrue(refused.getMessage().contains("No space left on device"), refused.getMessage());
    assertEquals(
        1, server.dispatch().nodes(TestServer.CALLER).join().size(), "questions are answered");

    withRoomAgain(answer::isDone);
    await().until(() -> node.jobs().contains(job.id()));
    assertEquals(List.of(), server.dispatch().warnings());
    assertEquals(List.of(), server.deaths());
  }

  @Test
  void aResultIsDurableOnceTheStoreTakesItAgain() {
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    failing = true;
    node.answer(FakeNode.success(job.id(), ""));
    await().until(() -> !server.dispatch().warnings().isEmpty());
    assertEquals(List.of(), node.durable());
    assertEquals(1, memory.unended().size());

    withRoomAgain(() -> node.durable().contains(job.id()));
    assertEquals(0, memory.unended().size());
  }

  @Test
  void whoAsksForJobsToBeForgottenIsRefusedAtOnceWhenThatCannotBeNoted() {
    usableBytes = 100 << 10;

    CompletableFuture<Integer> purge = server.dispatch().purgeJobs(TestServer.CALLER);

    await().until(purge::isDone);
    CompletionException failure = assertThrows(CompletionException.class, purge::join);
    assertTrue(failure.getMessage().contains("has only 100 KiB left"), failure.getMessage());
  }

  @Test
  void whoWaitsForTooLongIsToldThatTheJobsMayRunAllTheSame() {
    failing = true;
    Job job = TestServer.job();
    CompletableFuture<Receipt> change = server.dispatch().submit(TestServer.CALLER, List.of(job));

    CompletableFuture<Receipt> answer =
        Decision.within(
            Duration.ofMillis(1),
            change,
            () -> UndecidedException.ofJobs("the disk is full", List.of(job.id())));

    await().until(answer::isDone);
    CompletionException failure = assertThrows(CompletionException.class, answer::join);
    RefusedException undecided = (RefusedException) failure.getCause();
    assertEquals(RefusedException.Kind.UNDECIDED, undecided.kind());
    assertTrue(undecided.getMessage().contains(job.id().toString()), undecided.getMessage());
    withRoomAgain(() -> node.jobs().contains(job.id()));
    assertTrue(change.isDone());
  }

  @Test
  void aJobCanBeCancelledWhileNothingCanBeWritten() {
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));
    failing = true;
    server.dispatch().submit(TestServer.CALLER, List.of(TestServer.job()));
    await().until(() -> !server.dispatch().warnings().isEmpty());

    assertEquals(
        List.of(job.id()), server.dispatch().cancel(TestServer.CALLER, job.id()).join().jobs());
    await().until(() -> node.cancelled().contains(job.id()));
  }
}

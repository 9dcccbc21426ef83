package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.NodeView;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.link.Refusals;
import io.directord.server.metrics.Figures;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A store that cannot be read hides no other figures. */
class MeasuringTest {
  private static final Map<NodeView.State, Integer> NODES = Map.of(NodeView.State.ACTIVE, 7);

  private final Inbox<Input> inbox = new Inbox<>();

  @Test
  void whatIsMissingOfAStoreThatFailsIsLeftOut() throws InterruptedException {
    Figures figures =
        figures(
            (method, real) -> {
              throw new StoreException("the store is away", null);
            },
            Duration.ofMinutes(1));

    assertNodesAlone(figures);
  }

  @Test
  void whatIsMissingOfAStoreThatHangsIsLeftOut() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    try {
      Figures figures =
          figures(
              (method, real) -> {
                never.await();
                return real.ask();
              },
              Duration.ofMillis(1));

      assertNodesAlone(figures);
    } finally {
      never.countDown();
    }
  }

  private static void assertNodesAlone(Figures figures) {
    assertEquals(NODES, figures.nodes());
    assertEquals(
        new Figures.Kept(OptionalLong.empty(), OptionalLong.empty(), true), figures.kept());
  }

  private Figures figures(StoreStub.Between store, Duration timeout) throws InterruptedException {
    JobStore stub = StoreStub.of(new MemoryStore(), store);
    try (Reader reader = new Reader(stub, input -> {}, (any, run) -> null)) {
      Measuring measuring =
          new Measuring(
              inbox,
              reader,
              () -> true,
              new NoContents(),
              new Refusals(new TestClock()),
              () -> 0,
              timeout);
      CompletableFuture<Figures> figures = measuring.figures(TestServer.CALLER);
      Input.Asked asked = (Input.Asked) inbox.take(TimeUnit.MINUTES.toMillis(4)).get(0);
      Figures.Work work = new Figures.Work(0, 0, 0, 0, 0, 0, 0);
      ((Input.Measure) asked.request()).to().complete(new Figures.Decided(NODES, work));
      return figures.orTimeout(4, TimeUnit.MINUTES).join();
    }
  }
}

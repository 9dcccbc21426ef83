package io.directord.common.loop;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LoopThreadTest {
  private final List<String> done = new CopyOnWriteArrayList<>();
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();

  private interface Turn {
    boolean turn() throws IOException, InterruptedException;
  }

  /** Waits in every turn, and notes what becomes of it. */
  private final class Noted implements Loop {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Turn work;

    Noted(Turn work) {
      this.work = work;
    }

    @Override
    public boolean turn() throws IOException, InterruptedException {
      done.add("turn");
      boolean another = work.turn();
      if (!another) {
        stopped.await();
      }
      return another;
    }

    @Override
    public void stop() {
      stopped.countDown();
    }

    @Override
    public void end() {
      done.add("end on " + Thread.currentThread().getName());
    }
  }

  /** It bounds a hang, and measures nothing. */
  @BeforeAll
  static void setTimeout() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(240));
  }

  @Test
  void turnsUntilItIsStoppedAndThenCloses() {
    LoopThread thread = start(new Noted(() -> done.size() < 3));
    await().until(() -> done.size() == 3);
    thread.close();

    assertEquals(List.of("turn", "turn", "turn", "end on worker"), done);
    assertEquals(List.of(), deaths);
  }

  @Test
  void aFailureIsToldWithItsCauseAfterTheEnd() {
    IOException cause = new IOException("the port broke");
    start(
        new Noted(
            () -> {
              throw cause;
            }));
    await().until(() -> !deaths.isEmpty());

    assertSame(cause, deaths.get(0));
    assertEquals(List.of("turn", "end on worker", "worker died"), done);
  }

  @Test
  void anErrorIsToldToo() {
    start(
        new Noted(
            () -> {
              throw new OutOfMemoryError("a test's");
            }));
    await().until(() -> !deaths.isEmpty());

    assertInstanceOf(OutOfMemoryError.class, deaths.get(0));
  }

  @Test
  void anInterruptOfTheLoopIsADeathAndOneOfTheCallerIsKept() {
    LoopThread thread =
        start(
            new Noted(
                () -> {
                  Thread.currentThread().interrupt();
                  return false;
                }));
    await().until(() -> !deaths.isEmpty());
    Thread.currentThread().interrupt();
    thread.close();

    assertInstanceOf(InterruptedException.class, deaths.get(0));
    assertTrue(Thread.interrupted());
  }

  private LoopThread start(Loop loop) {
    return LoopThread.start(
        "worker",
        loop,
        (name, why) -> {
          done.add(name + " died");
          deaths.add(why);
        });
  }
}

package zmq.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.zeromq.Inbound;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import zmq.Ctx;

class PollerTest {
  private static final int TIMEOUT_SECONDS = 240;

  @Test
  void theLibraryRunsOurClassAndNotItsOwn() {
    assertEquals(
        Inbound.class.getProtectionDomain().getCodeSource(),
        Poller.class.getProtectionDomain().getCodeSource());
  }

  @Test
  void tellsTheHandlerThatTookOverAChannelInTheTurnInWhichTheOtherLeft() throws Exception {
    tells((poller, pipe, told) -> listen(poller, pipe, () -> listen(poller, pipe, told)));
  }

  @Test
  void aTimerWhoseHandlerFailsEndsNeitherTheThreadNorOtherTimers() throws Exception {
    tells(
        (poller, pipe, told) ->
            listen(
                poller,
                pipe,
                () -> {
                  poller.addTimer(1, timer(() -> fail(new IllegalStateException("of it"))), 1);
                  poller.addTimer(2, timer(() -> fail(new AssertionError("of it"))), 1);
                  poller.addTimer(3, timer(told), 1);
                }));
  }

  /** What is set up before the poller starts. */
  @FunctionalInterface
  private interface SetUp {
    void listen(Poller poller, Pipe pipe, Runnable told);
  }

  private static void tells(SetUp setUp) throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    Poller poller = new Poller(new Ctx(), "poller");
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    setUp.listen(poller, pipe, told::countDown);
    poller.start();
    try {
      pipe.sink().write(ByteBuffer.allocate(1));

      assertTrue(told.await(TIMEOUT_SECONDS, TimeUnit.SECONDS));
    } finally {
      poller.destroy();
      pipe.sink().close();
      pipe.source().close();
    }
  }

  private static void fail(RuntimeException e) {
    throw e;
  }

  private static void fail(Error e) {
    throw e;
  }

  private static IPollEvents timer(Runnable then) {
    return new IPollEvents() {
      @Override
      public void timerEvent(int id) {
        then.run();
      }
    };
  }

  /** Has the handle removed when there is something to read, and then calls. */
  private static void listen(Poller poller, Pipe pipe, Runnable then) {
    Poller.Handle[] handle = new Poller.Handle[1];
    handle[0] =
        poller.addHandle(
            pipe.source(),
            new IPollEvents() {
              @Override
              public void inEvent() {
                poller.removeHandle(handle[0]);
                then.run();
              }
            });
    poller.setPollIn(handle[0]);
  }
}

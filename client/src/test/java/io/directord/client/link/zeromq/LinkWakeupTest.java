package io.directord.client.link.zeromq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class LinkWakeupTest {
  private static final int SIGNALS = 3000;

  @AutoClose private final LinkWakeup wakeup = new LinkWakeup();
  private final AtomicInteger said = new AtomicInteger();

  /** The link waits without a limit, and the next is said only when it has seen the last. */
  @Test
  void everySignalWakesThoughItsThreadIsInterruptedAtAnyMoment() throws Exception {
    AtomicInteger seen = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread speaker = new Thread(() -> speak(seen));
    speaker.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
    speaker.start();
    Thread interrupter = new Thread(() -> interrupt(speaker));
    interrupter.start();
    try (Selector selector = Selector.open()) {
      SelectionKey key = wakeup.channel().register(selector, SelectionKey.OP_READ);
      while (seen.get() < SIGNALS && failure.get() == null) {
        selector.select();
        if (wakeup.clear()) {
          key.cancel();
          selector.selectNow();
          key = wakeup.channel().register(selector, SelectionKey.OP_READ);
        }
        selector.selectedKeys().clear();
        seen.set(said.get());
      }
    }
    speaker.join();
    interrupter.join();
    assertEquals(null, failure.get());
  }

  private void speak(AtomicInteger seen) {
    for (int i = 1; i <= SIGNALS; i++) {
      said.set(i);
      wakeup.signal();
      while (seen.get() < i) {
        Thread.onSpinWait();
      }
    }
  }

  private static void interrupt(Thread speaker) {
    while (speaker.isAlive()) {
      speaker.interrupt();
      Thread.onSpinWait();
    }
  }
}

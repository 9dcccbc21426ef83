package io.directord.common.input;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class InTimeTest {
  private static final Duration LONG = Duration.ofMinutes(4);

  @Test
  void givesWhatTheWorkGivesOrThrows() throws Exception {
    assertEquals("text", InTime.run(LONG, () -> "text"));
    IOException wrong = new IOException("wrong");
    assertEquals(
        wrong,
        assertThrows(
            IOException.class,
            () ->
                InTime.run(
                    LONG,
                    () -> {
                      throw wrong;
                    })));
  }

  @Test
  void doesNotWaitWithoutEndAndClosesWhatIsOpenedTooLate() throws Exception {
    CountDownLatch waited = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    assertThrows(
        TimeoutException.class,
        () ->
            InTime.run(
                Duration.ofMillis(1),
                () -> {
                  await(waited);
                  return (Closeable) closed::countDown;
                }));
    waited.countDown();
    assertTrue(closed.await(LONG.toSeconds(), TimeUnit.SECONDS));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }
}

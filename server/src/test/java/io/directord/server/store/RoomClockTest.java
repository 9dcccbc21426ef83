package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RoomClockTest {
  private final AtomicLong millis = new AtomicLong(1_000_000);
  private final RoomClock clock = new RoomClock(millis::get, 5000);

  @Test
  void roomIsKeptForReadersWhileTheClockGoesOn() {
    assertEquals(5000, clock.retentionMillis(0));
    millis.addAndGet(100);
    assertEquals(5000, clock.retentionMillis(0));
    millis.addAndGet(-1000);
    assertEquals(5000, clock.retentionMillis(0));
  }

  @Test
  void roomIsFreeAtOnceUntilAClockThatWasSetBackHasCaughtUp() {
    clock.retentionMillis(0);
    millis.addAndGet(-100_000);
    assertEquals(-1, clock.retentionMillis(0));
    millis.addAndGet(90_000);
    assertEquals(-1, clock.retentionMillis(0));
    millis.addAndGet(10_000);
    assertEquals(5000, clock.retentionMillis(0));
  }

  @Test
  void roomIsFreeAtOnceUntilTheClockHasCaughtUpWithTheFile() {
    assertEquals(-1, clock.retentionMillis(1_100_000));
    millis.addAndGet(90_000);
    assertEquals(-1, clock.retentionMillis(0));
    millis.addAndGet(10_000);
    assertEquals(5000, clock.retentionMillis(0));
  }
}

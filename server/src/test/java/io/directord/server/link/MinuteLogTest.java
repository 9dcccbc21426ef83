package io.directord.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.server.LogLines;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinuteLogTest {
  private final List<Runnable> whenOver = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private final InstantSource clock = () -> now;
  private final MinuteLog minute =
      new MinuteLog(System.getLogger(MinuteLogTest.class.getName()), clock, whenOver::add);

  @Test
  void aPeerThatBreaksOneRuleDoesNotHideThatItBreaksAnother() {
    try (LogLines log = new LogLines(MinuteLogTest.class)) {
      minute.warn("192.0.2.1", "a node tried to join with another shared key");
      minute.ended("192.0.2.1", "a frame of 5000 bytes; the maximum is 1024");
      minute.ended("192.0.2.1", "a frame of 6000 bytes; the maximum is 1024");
      minute.ended("192.0.2.1", "it says that it is another node than before");
      assertEquals(
          List.of(
              "192.0.2.1: a node tried to join with another shared key",
              "192.0.2.1: its connection is ended: a frame of 5000 bytes; the maximum is 1024",
              "192.0.2.1: its connection is ended: it says that it is another node than before"),
          log.lines());
    }
  }

  @Test
  void whatCameWithinTheMinuteIsToldWhenItIsOver() {
    try (LogLines log = new LogLines(MinuteLogTest.class)) {
      minute.warn("a", "one");
      minute.warn("a", "two");
      minute.warn("a", "three");
      assertEquals(List.of("a: one"), log.lines());

      now = now.plusSeconds(60);
      assertEquals(1, whenOver.size());
      whenOver.remove(0).run();
      assertEquals(List.of("a: one", "a: three (2 times)"), log.lines());

      minute.warn("a", "four");
      assertEquals(2, log.lines().size(), "a minute has begun with what was told");
      now = now.plusSeconds(60);
      whenOver.remove(0).run();
      assertEquals("a: four", log.lines().get(2));
    }
  }

  @Test
  void theRestIsToldAtTheEndAndOnce() {
    try (LogLines log = new LogLines(MinuteLogTest.class)) {
      minute.warn("a", "one");
      minute.warn("a", "two");
      minute.close();
      whenOver.forEach(Runnable::run);
      assertEquals(List.of("a: one", "a: two"), log.lines());
    }
  }

  @Test
  void whatThereAreTooManySubjectsForIsCounted() {
    try (LogLines log = new LogLines(MinuteLogTest.class)) {
      for (int i = 0; i < 1010; i++) {
        minute.warn("peer " + i, "x");
      }
      minute.close();
      assertEquals(1002, log.lines().size());
      assertEquals("peer 1000: x", log.lines().get(1000));
      assertEquals("peer 1009: x (9 times)", log.lines().get(1001));
    }
  }
}

package io.directord.server.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.server.LogLines;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class MinuteLogTest {

  @Test
  void aPeerThatBreaksOneRuleDoesNotHideThatItBreaksAnother() {
    MinuteLog minute =
        new MinuteLog(
            System.getLogger(MinuteLogTest.class.getName()), InstantSource.fixed(Instant.EPOCH));
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
}

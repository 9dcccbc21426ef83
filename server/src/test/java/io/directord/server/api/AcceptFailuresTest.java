package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.LogLines;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class AcceptFailuresTest {
  private long now;

  @Test
  void thatFilesAreUsedUpIsToldOnceAMinuteWithTheLimitAndHowToRaiseIt() {
    EmbeddedChannel listener = new EmbeddedChannel(new AcceptFailures(() -> now));
    try (LogLines log = new LogLines(AcceptFailures.class)) {
      for (int i = 0; i < 30; i++) {
        listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));
        now += Duration.ofSeconds(1).toNanos();
      }
      assertEquals(1, log.lines().size());
      String line = log.lines().get(0);
      assertTrue(
          line.startsWith(
              "the API's socket: cannot take another connection, and tries again every second"),
          line);
      assertTrue(line.contains("ulimit -n"), line);

      now += Duration.ofMinutes(1).toNanos();
      listener.pipeline().fireExceptionCaught(new IOException("Too many open files"));

      assertTrue(log.lines().get(1).endsWith(", 30 times)"), log.lines().get(1));
      listener.checkException();
    }
  }
}

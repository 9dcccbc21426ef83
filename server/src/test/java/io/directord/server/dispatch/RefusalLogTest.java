package io.directord.server.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.LogLines;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
  @Test
  void whatOneAddressTriesThousandsOfTimesFillsNoLog() {
    Instant now = Instant.parse("2026-11-29T10:00:00Z");
    try (LogLines lines = new LogLines(RefusalLogTest.class)) {
      RefusalLog log = new RefusalLog(System.getLogger(RefusalLogTest.class.getName()));
      for (int i = 0; i < 5000; i++) {
        log.refused("node-" + i, "192.0.2.1", "no", now);
      }
      assertEquals(11, lines.lines().size());
      log.refused("node-a", "192.0.2.2", "no", now);
      assertEquals(12, lines.lines().size());

      log.refused("node-b", "192.0.2.1", "no", now.plusSeconds(60));

      List<String> all = lines.lines();
      assertTrue(all.get(12).contains("4,990 more were refused"), all.get(12));
      assertEquals(14, all.size());
    }
  }
}

package io.directord.cli.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LineFormatTest {
  @Test
  void theJournalGetsThePriorityOfEveryLine() {
    LineFormat format = new LineFormat(false, true);
    assertEquals(
        "<3>2026-11-22T10:15:30.000Z ERROR server: it \\n failed\n",
        format.format(event(Level.SEVERE, "it \n failed", null)));
    assertTrue(format.format(event(Level.WARNING, "w", null)).startsWith("<4>2026-"));
    assertTrue(format.format(event(Level.INFO, "i", null)).startsWith("<6>2026-"));
    assertTrue(format.format(event(Level.FINE, "d", null)).startsWith("<7>2026-"));
    String traced =
        new LineFormat(true, true).format(event(Level.SEVERE, "e", new Exception("cause")));
    assertTrue(traced.lines().count() > 2, traced);
    assertTrue(traced.lines().allMatch(line -> line.startsWith("<3>")), traced);
    assertTrue(traced.endsWith("\n"), traced);
  }

  @Test
  void elsewhereALineBeginsWithItsTime() {
    assertEquals(
        "2026-11-22T10:15:30.000Z INFO  server: i\n",
        new LineFormat(false, false).format(event(Level.INFO, "i", null)));
  }

  @Test
  void asJsonEveryEventIsAnObjectOnALineOfItsOwn() {
    String line =
        new JsonFormat(false)
            .format(event(Level.WARNING, "it \n \"failed\"", new IOException("the cause\nof it")));

    assertEquals(1, line.lines().count(), line);
    assertTrue(line.endsWith("}\n"), line);
    JsonNode json = Json.mapper().readTree(line);
    assertEquals("2026-11-22T10:15:30Z", json.get("time").stringValue());
    assertEquals("WARN", json.get("level").stringValue());
    assertEquals("server", json.get("module").stringValue());
    assertEquals(Thread.currentThread().getName(), json.get("thread").stringValue());
    assertEquals("it \n \"failed\"", json.get("message").stringValue());
    assertEquals("java.io.IOException: the cause\nof it", json.get("error").stringValue());
    assertTrue(json.get("stack_trace").stringValue().contains("\tat "), line);
    String plain = new JsonFormat(true).format(event(Level.INFO, "{0} of {1}", null, 1, "two"));
    assertTrue(plain.startsWith("<6>{\"time\":"), plain);
    assertTrue(plain.endsWith("\"message\":\"1 of two\"}\n"), plain);
  }

  private static LogRecord event(Level level, String message, Throwable thrown, Object... values) {
    LogRecord event = event(level, message, thrown);
    event.setParameters(values);
    return event;
  }

  private static LogRecord event(Level level, String message, Throwable thrown) {
    LogRecord event = new LogRecord(level, message);
    event.setLoggerName("io.directord.server.Server");
    event.setInstant(Instant.parse("2026-11-22T10:15:30Z"));
    event.setThrown(thrown);
    return event;
  }
}

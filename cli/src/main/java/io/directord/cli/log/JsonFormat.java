package io.directord.cli.log;

import io.directord.common.json.Json;
import java.time.Instant;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import tools.jackson.databind.node.ObjectNode;

/**
 * One JSON object a line for programs: {@code time} in UTC, {@code level}, {@code module}, {@code
 * thread}, {@code message}, and of an exception {@code error} and {@code stack_trace}.
 */
final class JsonFormat extends Formatter {
  private final boolean priorities;

  /**
   * @param priorities each line begins with its priority for the journal, which takes it off again
   */
  JsonFormat(boolean priorities) {
    this.priorities = priorities;
  }

  @Override
  public String format(LogRecord event) {
    Instant time = event.getInstant() == null ? Instant.now() : event.getInstant();
    ObjectNode line =
        Json.object()
            .put("time", time.toString())
            .put("level", LineFormat.level(event.getLevel()))
            .put("module", LineFormat.room(event.getLoggerName()))
            .put("thread", Thread.currentThread().getName())
            .put("message", formatMessage(event));
    Throwable thrown = event.getThrown();
    if (thrown != null) {
      line.put("error", thrown.toString()).put("stack_trace", LineFormat.trace(thrown));
    }
    String text = line + "\n";
    return priorities ? LineFormat.prioritized(event.getLevel(), text) : text;
  }
}

package io.directord.cli.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * One line an event: {@code 2026-11-22T10:15:30.123Z INFO server: text}. Of an exception only the
 * message is shown, unless stack traces are wanted. Line breaks within a message are escaped, so
 * that a message cannot forge a line.
 */
final class LineFormat extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final String OURS = "io.directord.";

  private final boolean traces;

  LineFormat(boolean traces) {
    this.traces = traces;
  }

  @Override
  public String format(LogRecord event) {
    StringBuilder line = new StringBuilder();
    line.append(TIME.format(event.getInstant() == null ? Instant.now() : event.getInstant()))
        .append(' ')
        .append(level(event.getLevel()))
        .append(' ')
        .append(room(event.getLoggerName()))
        .append(": ")
        .append(oneLine(formatMessage(event)));
    Throwable thrown = event.getThrown();
    if (thrown != null && !traces) {
      line.append(": ").append(oneLine(said(thrown)));
    }
    line.append('\n');
    if (thrown != null && traces) {
      StringWriter trace = new StringWriter();
      thrown.printStackTrace(new PrintWriter(trace, true));
      line.append(trace);
    }
    return line.toString();
  }

  private static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARN ";
    }
    return value >= Level.INFO.intValue() ? "INFO " : "DEBUG";
  }

  /** The module for our loggers, such as server; the class name for those of libraries. */
  private static String room(String logger) {
    if (logger == null) {
      return "java";
    }
    if (logger.startsWith(OURS)) {
      String inside = logger.substring(OURS.length());
      int dot = inside.indexOf('.');
      return dot < 0 ? inside : inside.substring(0, dot);
    }
    return logger.substring(logger.lastIndexOf('.') + 1);
  }

  private static String said(Throwable thrown) {
    return thrown.getMessage() == null ? thrown.getClass().getSimpleName() : thrown.getMessage();
  }

  private static String oneLine(String text) {
    return text.replace("\r", "\\r").replace("\n", "\\n");
  }
}

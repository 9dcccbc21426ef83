package io.directord.cli.log;

import io.directord.cli.console.TerminalText;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;

/**
 * One line an event: {@code 2026-11-22T10:15:30.123Z INFO server: text}. Of an exception only the
 * message is shown, unless stack traces are wanted. Whatever a terminal would obey within a message
 * is escaped, so that a message cannot forge a line or hide one.
 */
final class LineFormat extends Formatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final Pattern START_OF_LINE = Pattern.compile("(?m)^(?!\\z)");

  private static final String OURS = "io.directord.";

  private final boolean traces;
  private final boolean priorities;

  /**
   * @param traces with stack traces
   * @param priorities each line begins with its priority for the journal, as {@code <3>}
   */
  LineFormat(boolean traces, boolean priorities) {
    this.traces = traces;
    this.priorities = priorities;
  }

  @Override
  public String format(LogRecord event) {
    StringBuilder line = new StringBuilder();
    line.append(TIME.format(event.getInstant() == null ? Instant.now() : event.getInstant()))
        .append(' ')
        .append(String.format("%-5s", level(event.getLevel())))
        .append(' ')
        .append(room(event.getLoggerName()))
        .append(": ")
        .append(TerminalText.oneLine(formatMessage(event)));
    Throwable thrown = event.getThrown();
    if (thrown != null && !traces) {
      line.append(": ").append(TerminalText.oneLine(said(thrown)));
    }
    line.append('\n');
    if (thrown != null && traces) {
      line.append(trace(thrown));
    }
    return priorities ? prioritized(event.getLevel(), line) : line.toString();
  }

  static String trace(Throwable thrown) {
    StringWriter trace = new StringWriter();
    thrown.printStackTrace(new PrintWriter(trace, true));
    return trace.toString();
  }

  static String prioritized(Level level, CharSequence lines) {
    return START_OF_LINE.matcher(lines).replaceAll("<" + priority(level) + ">");
  }

  /** As {@code syslog(3)} has them. */
  private static int priority(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return 3;
    }
    if (value >= Level.WARNING.intValue()) {
      return 4;
    }
    return value >= Level.INFO.intValue() ? 6 : 7;
  }

  static String level(Level level) {
    int value = level.intValue();
    if (value >= Level.SEVERE.intValue()) {
      return "ERROR";
    }
    if (value >= Level.WARNING.intValue()) {
      return "WARN";
    }
    return value >= Level.INFO.intValue() ? "INFO" : "DEBUG";
  }

  /** The module for our loggers, such as server; the class name for those of libraries. */
  static String room(String logger) {
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
}

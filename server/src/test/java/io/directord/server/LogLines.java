package io.directord.server;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class logs while a test runs. */
public final class LogLines extends Handler implements AutoCloseable {
  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<String> warnings = new CopyOnWriteArrayList<>();

  public LogLines(Class<?> of) {
    this(of.getName());
  }

  /**
   * @param name of a class, or of a package for all of its classes
   */
  public LogLines(String name) {
    logger = Logger.getLogger(name);
    logger.addHandler(this);
  }

  public List<String> lines() {
    return lines;
  }

  /** Those that are to be looked at by somebody. */
  public List<String> warnings() {
    return warnings;
  }

  @Override
  public void publish(LogRecord line) {
    Object[] values = line.getParameters();
    String text =
        values == null ? line.getMessage() : MessageFormat.format(line.getMessage(), values);
    lines.add(text);
    if (line.getLevel().intValue() >= Level.WARNING.intValue()) {
      warnings.add(text);
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}

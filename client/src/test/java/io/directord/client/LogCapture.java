package io.directord.client;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What the client logs. */
public final class LogCapture extends Handler {
  private final Logger logger = Logger.getLogger("io.directord.client");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  public void start() {
    logger.addHandler(this);
  }

  public void stop() {
    logger.removeHandler(this);
  }

  /** How many lines hold that text. */
  public long count(String text) {
    return lines.stream().filter(line -> line.contains(text)).count();
  }

  @Override
  public void publish(LogRecord record) {
    Object[] parameters = record.getParameters();
    lines.add(
        parameters == null
            ? record.getMessage()
            : MessageFormat.format(record.getMessage(), parameters));
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}

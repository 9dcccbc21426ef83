package io.directord.cli.bootstrap;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * What the commands of a step write: passed on line by line, and the end of it kept. Thread-safe.
 */
final class StepOutput extends OutputStream {
  private static final int MAX_KEPT = 64 << 10;

  private final Consumer<String> lines;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private final StringBuilder kept = new StringBuilder();
  private boolean cut;

  /**
   * @param lines takes each line when it is whole
   */
  StepOutput(Consumer<String> lines) {
    this.lines = lines;
  }

  @Override
  public synchronized void write(int b) {
    if (b == '\n' || line.size() == MAX_KEPT) {
      endLine();
    }
    if (b != '\n') {
      line.write(b);
    }
  }

  private void endLine() {
    String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
    line.reset();
    lines.accept(text);
    kept.append(text).append('\n');
    if (kept.length() > MAX_KEPT) {
      cut = true;
      kept.delete(0, kept.length() - MAX_KEPT);
    }
  }

  /** As if this line had been written. */
  synchronized void line(String text) {
    for (byte b : (text + "\n").getBytes(StandardCharsets.UTF_8)) {
      write(b);
    }
  }

  /** All that was written, or the end of it. */
  synchronized String text() {
    if (line.size() > 0) {
      endLine();
    }
    return (cut ? "...\n" : "") + kept;
  }
}

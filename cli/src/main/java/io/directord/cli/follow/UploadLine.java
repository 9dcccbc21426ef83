package io.directord.cli.follow;

import io.directord.cli.console.Terminal;
import io.directord.cli.output.Display;
import io.directord.common.api.UploadProgress;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;

/** A line on the terminal while a file is being uploaded; removed afterwards. */
public final class UploadLine implements UploadProgress {
  private static final int MIN_NAME = 12;
  private static final String CLEAR = "\r\u001b[K";

  /** Smaller files are uploaded too fast for the line to be read. */
  private static final long WORTH_SHOWING = 8 << 20;

  private final PrintStream out;
  private final Terminal terminal;
  private long lastPercent = -1;
  private long begun;

  public UploadLine(PrintStream out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void uploaded(Path file, long bytes, long size) {
    if (size < WORTH_SHOWING) {
      return;
    }
    if (bytes == 0) {
      begun = System.nanoTime();
    }
    long percent = 100 * bytes / size;
    if (percent != lastPercent) {
      lastPercent = percent;
      String how = ": " + percent + " %" + rate(bytes);
      int room = Math.max(MIN_NAME, terminal.columns() - 1 - how.length());
      String line = Display.cut("uploading " + file.getFileName(), room) + how;
      out.print(CLEAR + (bytes < size ? line : ""));
      out.flush();
    }
  }

  private String rate(long bytes) {
    long millis = (System.nanoTime() - begun) / 1_000_000;
    return millis == 0 ? "" : String.format(Locale.ROOT, ", %.1f MB/s", bytes / 1e3 / millis);
  }
}

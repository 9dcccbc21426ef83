package io.directord.cli.follow;

import io.directord.cli.console.Terminal;
import io.directord.common.api.UploadProgress;
import java.io.PrintStream;
import java.nio.file.Path;

/** A line on the terminal while a file is being uploaded; removed afterwards. */
public final class UploadLine implements UploadProgress {
  private static final String CLEAR = "\r\u001b[K";

  /** Smaller files are uploaded too fast for the line to be read. */
  private static final long WORTH_SHOWING = 8 << 20;

  private final PrintStream out;
  private final Terminal terminal;
  private long lastPercent = -1;

  public UploadLine(PrintStream out, Terminal terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void uploaded(Path file, long bytes, long size) {
    if (size < WORTH_SHOWING) {
      return;
    }
    long percent = 100 * bytes / size;
    if (percent != lastPercent) {
      lastPercent = percent;
      String line = "uploading " + file.getFileName() + ": " + percent + " %";
      int width = Math.min(line.length(), terminal.columns() - 1);
      out.print(CLEAR + (bytes < size ? line.substring(0, width) : ""));
      out.flush();
    }
  }
}

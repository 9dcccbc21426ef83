package io.directord.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The terminal that standard output is. Whether it is one, and how wide, is found out by the
 * launcher, since Java cannot tell; afterwards the terminal itself is asked when it says that its
 * size changed. Thread-safe.
 */
public final class Terminal {
  /** Columns of standard output, given by the launcher if that is a terminal. */
  private static final String COLUMNS = "directord.columns";

  private static final int USUAL_COLUMNS = 80;

  private volatile int columns;

  public Terminal(int columns) {
    this.columns = columns > 0 ? columns : USUAL_COLUMNS;
  }

  /** Null if standard output is none. */
  static Terminal ofProcess() {
    Integer columns = Integer.getInteger(COLUMNS);
    return columns == null ? null : new Terminal(columns);
  }

  public int columns() {
    return columns;
  }

  /** Whether it can move the cursor within a line. */
  public boolean canRedraw() {
    String kind = System.getenv("TERM");
    return kind != null && !kind.equals("dumb");
  }

  /** From now on notices when its size changes. */
  public void watchSize() {
    Signals.on("WINCH", this::ask);
  }

  private void ask() {
    try {
      Process stty = new ProcessBuilder("stty", "size").redirectInput(new File("/dev/tty")).start();
      String answer = new String(stty.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String[] words = answer.strip().split(" ");
      if (words.length == 2 && Integer.parseInt(words[1]) > 0) {
        columns = Integer.parseInt(words[1]);
      }
    } catch (IOException | NumberFormatException e) {
      // The old width serves as well as any other; there is nobody to be told in mid-progress.
      columns = Math.max(columns, 1);
    }
  }
}

package io.directord.cli.console;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The terminal that standard output is connected to. The launcher finds out whether there is one
 * and its width, since Java cannot; after a change of size the terminal is queried. Thread-safe.
 */
public final class Terminal {
  /** System property with the width, set by the launcher if standard output is a terminal. */
  private static final String COLUMNS = "directord.columns";

  /** System property, set by the launcher if standard error is a terminal too. */
  private static final String ERRORS = "directord.errors";

  private static final int USUAL_COLUMNS = 80;

  private volatile int columns;

  public Terminal(int columns) {
    this.columns = columns > 0 ? columns : USUAL_COLUMNS;
  }

  /** Null if standard output is not a terminal. */
  static Terminal ofProcess() {
    Integer columns = Integer.getInteger(COLUMNS);
    return columns == null ? null : new Terminal(columns);
  }

  public int columns() {
    return columns;
  }

  /** Whether the terminal can move the cursor within a line. */
  public boolean canRedraw() {
    String kind = System.getenv("TERM");
    return kind != null && !kind.equals("dumb");
  }

  /** Whether colours are wanted, by <a href="https://no-color.org">NO_COLOR</a> and TERM. */
  boolean wantsColours() {
    String no = System.getenv("NO_COLOR");
    return canRedraw() && (no == null || no.isEmpty());
  }

  /** Whether it shows standard error too. */
  boolean hasErrors() {
    return Boolean.getBoolean(ERRORS);
  }

  /** Starts to watch for changes of size. */
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
      // Keeps the old width; an error message would disturb the progress bar.
      columns = Math.max(columns, 1);
    }
  }
}

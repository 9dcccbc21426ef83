package io.directord.cli.console;

import java.io.FileDescriptor;
import java.io.PrintStream;

/**
 * Standard output and error of a command, always UTF-8.
 *
 * @param out buffered: flush it where somebody waits for it
 * @param terminal null if standard output is no terminal
 */
public record Console(PrintStream out, PrintStream err, Terminal terminal) {
  private static final String BROKEN_PIPE = "Broken pipe";

  /** The process's own. */
  public static Console ofProcess() {
    return new Console(
        StandardOutput.of(FileDescriptor.out),
        StandardOutput.of(FileDescriptor.err),
        Terminal.ofProcess());
  }

  /** Columns that a line may take; without limit if standard output is no terminal. */
  public int columns() {
    return terminal == null ? Integer.MAX_VALUE : terminal.columns();
  }

  /** Text of nodes and jobs as standard output may be given it. */
  public String shown(String text) {
    return terminal == null ? text : TerminalText.harmless(text);
  }

  /** One line to standard error, after all that was printed before. */
  public void complain(String message) {
    out.flush();
    err.println(TerminalText.harmless(message));
    err.flush();
  }

  /**
   * Why not all that was printed has gone out; null if it has, or if its reader wanted no more of
   * it, as {@code head} does.
   */
  public String outputFailure() {
    out.flush();
    if (!(out instanceof StandardOutput output) || output.failure() == null) {
      return null;
    }
    String why = output.failure().getMessage();
    return BROKEN_PIPE.equals(why) ? null : why;
  }
}

package io.directord.cli.console;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Standard output and error of a command, always UTF-8.
 *
 * @param out buffered: flush it where somebody waits for it
 * @param terminal null if standard output is no terminal
 */
public record Console(PrintStream out, PrintStream err, Terminal terminal) {
  private static final int BUFFER = 1 << 16;

  /** The process's own. */
  public static Console ofProcess() {
    return new Console(
        stream(FileDescriptor.out), stream(FileDescriptor.err), Terminal.ofProcess());
  }

  /** Columns that a line may take; without limit if standard output is no terminal. */
  public int columns() {
    return terminal == null ? Integer.MAX_VALUE : terminal.columns();
  }

  /** One line to standard error, after all that was printed before. */
  public void complain(String message) {
    out.flush();
    err.println(message);
    err.flush();
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(
        new BufferedOutputStream(new FileOutputStream(descriptor), BUFFER),
        false,
        StandardCharsets.UTF_8);
  }
}

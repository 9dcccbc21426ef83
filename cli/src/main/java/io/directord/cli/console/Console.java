package io.directord.cli.console;

import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.FileDescriptor;
import java.io.PrintStream;

/**
 * Standard output and error of a command, always UTF-8.
 *
 * @param out buffered: must be flushed when its reader waits
 * @param terminal null if standard output is not a terminal
 */
public record Console(PrintStream out, PrintStream err, Terminal terminal) {
  private static final String BROKEN_PIPE = "Broken pipe";

  /** The console of this process. */
  public static Console ofProcess() {
    return new Console(
        StandardOutput.of(FileDescriptor.out),
        StandardOutput.of(FileDescriptor.err),
        Terminal.ofProcess());
  }

  /** The maximum width of a line; unlimited if standard output is not a terminal. */
  public int columns() {
    return terminal == null ? Integer.MAX_VALUE : terminal.columns();
  }

  /** Text of nodes and jobs, made safe for a terminal. */
  public String shown(String text) {
    return terminal == null ? text : TerminalText.harmless(text);
  }

  /** The text in a colour, where standard output is a terminal that wants colours. */
  public String coloured(Colour colour, String text) {
    return terminal != null && terminal.wantsColours() ? colour.of(text) : text;
  }

  /** Likewise for standard error. */
  public String colouredError(Colour colour, String text) {
    return terminal != null && terminal.wantsColours() && terminal.hasErrors()
        ? colour.of(text)
        : text;
  }

  /** Prints a line to standard error, after flushing standard output. */
  public void error(String message) {
    out.flush();
    err.println(TerminalText.harmless(message));
    err.flush();
  }

  /** Prints an error with its code; returns the exit status. */
  public int fail(ErrorCode code, String message) {
    error(code.mark(message));
    return code.exitStatus();
  }

  /**
   * Why some output could not be written; null if all was, or if its reader closed the pipe, as
   * {@code head} does.
   */
  public String outputFailure() {
    out.flush();
    if (!(out instanceof StandardOutput output) || output.failure() == null) {
      return null;
    }
    String why = IoErrors.sayWhere(output.failure());
    return BROKEN_PIPE.equals(why) ? null : why;
  }
}

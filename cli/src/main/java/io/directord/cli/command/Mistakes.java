package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.common.orchestration.Mistake;
import java.util.List;

/** Tells mistakes of an author, those of a file in the form in which editors find their place. */
final class Mistakes {
  private Mistakes() {}

  /** The exit status. */
  static int tell(List<Mistake> mistakes, Console console) {
    note(mistakes, console);
    return ExitStatus.USAGE;
  }

  /** Tells what is not wrong, but to be known. */
  static void note(List<Mistake> notes, Console console) {
    for (Mistake note : notes) {
      console.complain((note.file() == null ? "directord: " : "") + note);
    }
  }
}

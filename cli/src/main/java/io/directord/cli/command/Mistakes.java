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
    for (Mistake mistake : mistakes) {
      console.complain((mistake.file() == null ? "directord: " : "") + mistake);
    }
    return ExitStatus.USAGE;
  }
}

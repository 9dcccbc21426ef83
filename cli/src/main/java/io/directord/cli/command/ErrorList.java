package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.common.validation.Place.InFile;
import io.directord.common.validation.ValidationError;
import java.util.List;

/** Tells errors of an author, those of a file in the form in which editors find their place. */
final class ErrorList {
  private ErrorList() {}

  /** The exit status. */
  static int tell(List<ValidationError> errors, Console console) {
    note(errors, console);
    return ExitStatus.USAGE;
  }

  /** Tells what is not wrong, but to be known. */
  static void note(List<ValidationError> notes, Console console) {
    for (ValidationError note : notes) {
      console.complain((note.place() instanceof InFile ? "" : "directord: ") + note);
    }
  }
}

package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.common.validation.Place.InFile;
import io.directord.common.validation.ValidationError;
import java.util.List;

/** Prints validation errors. Those in a file have the form that editors understand. */
final class ErrorList {
  private ErrorList() {}

  /** The exit status. */
  static int tell(List<ValidationError> errors, Console console) {
    note(errors, console);
    return ExitStatus.USAGE;
  }

  /** Prints notes, which are not errors. */
  static void note(List<ValidationError> notes, Console console) {
    for (ValidationError note : notes) {
      console.error((note.place() instanceof InFile ? "" : "directord: ") + note);
    }
  }
}

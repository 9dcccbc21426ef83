package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place.InFile;
import io.directord.common.validation.ValidationError;
import java.util.List;

/** Prints validation errors. Those in a file have the form that editors understand. */
final class ErrorList {
  private ErrorList() {}

  /**
   * Prints them with their codes; returns the exit status.
   *
   * @param common the code of those that have none of their own
   */
  static int tell(ErrorCode common, List<ValidationError> errors, Console console) {
    for (ValidationError error : errors) {
      console.error((error.code() == null ? common : error.code()).mark(text(error)));
    }
    return common.exitStatus();
  }

  /** Prints notes, which are not errors. */
  static void note(List<ValidationError> notes, Console console) {
    for (ValidationError note : notes) {
      console.error(text(note));
    }
  }

  private static String text(ValidationError error) {
    return (error.place() instanceof InFile ? "" : "directord: ") + error;
  }
}

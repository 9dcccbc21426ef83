package io.directord.common.orchestration;

import java.nio.file.Path;

/**
 * Something wrong in an orchestration, in words for its author.
 *
 * @param file null for an exec
 * @param line counted from 1; 0 for the file as a whole
 * @param column counted from 1; 0 for the file as a whole
 */
public record Mistake(Path file, int line, int column, String message) {

  /** {@code file:line:column: message}, as editors and people know it. */
  @Override
  public String toString() {
    if (file == null) {
      return message;
    }
    return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
  }
}

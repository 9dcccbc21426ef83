package io.directord.common.orchestration;

import java.nio.file.Path;

/**
 * Where something was written.
 *
 * @param file null for what was not read from a file, such as an exec; line and column are 0 then
 * @param line counted from 1; 0 for the file as a whole
 * @param column counted from 1; 0 for the file as a whole
 */
public record Place(Path file, int line, int column) {
  /** Of what was given on the command line. */
  public static final Place NONE = new Place(null, 0, 0);

  /** What is wrong there. */
  public Mistake mistake(String message) {
    return new Mistake(file, line, column, message);
  }
}

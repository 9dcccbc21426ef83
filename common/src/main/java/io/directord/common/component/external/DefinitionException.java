package io.directord.common.component.external;

import io.directord.common.component.PlanException;
import java.nio.file.Path;
import java.util.List;

/** A definition that cannot be used, whatever a job says. */
public final class DefinitionException extends PlanException {
  private final List<Flaw> flaws;

  DefinitionException(List<Flaw> flaws) {
    super(flaws.stream().map(Flaw::toString).toList());
    this.flaws = List.copyOf(flaws);
  }

  DefinitionException(Path file, String message, Throwable cause) {
    super(new Flaw(file, 0, 0, message).toString(), cause);
    this.flaws = List.of(new Flaw(file, 0, 0, message));
  }

  /**
   * What is wrong with it.
   *
   * @param line counted from 1; 0 for the file as a whole
   * @param column counted from 1; 0 for the file as a whole
   */
  public record Flaw(Path file, int line, int column, String message) {
    @Override
    public String toString() {
      return line == 0 ? file + ": " + message : file + ":" + line + ":" + column + ": " + message;
    }
  }

  /** In the order of the file; never empty. */
  public List<Flaw> flaws() {
    return flaws;
  }
}

package io.directord.common.orchestration;

import java.util.List;
import java.util.stream.Collectors;

/** An orchestration that cannot be run; all its mistakes together. Nothing of it was started. */
public final class InvalidOrchestrationException extends Exception {
  private final List<Mistake> mistakes;

  public InvalidOrchestrationException(List<Mistake> mistakes) {
    super(mistakes.stream().map(Mistake::toString).collect(Collectors.joining("\n")));
    this.mistakes = List.copyOf(mistakes);
  }

  /** In the order of the files and their lines; never empty. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Problem.JobMistake;
import java.util.List;
import java.util.stream.Collectors;

/** A request that makes no sense to the dispatcher; the message says why and what to do. */
public final class RefusedException extends RuntimeException {

  /** What kind of refusal, for the API to choose a status. */
  public enum Kind {
    NOT_FOUND,
    INVALID,
    CONFLICT,
    FULL
  }

  private final Kind kind;
  private final List<JobMistake> mistakes;

  public RefusedException(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.mistakes = List.of();
  }

  /** Single jobs of a submission are wrong. */
  public RefusedException(List<JobMistake> mistakes) {
    super(mistakes.stream().map(JobMistake::message).collect(Collectors.joining("\n")));
    this.kind = Kind.INVALID;
    this.mistakes = List.copyOf(mistakes);
  }

  /** What is wrong with single jobs; empty if it is something else. */
  public List<JobMistake> mistakes() {
    return mistakes;
  }

  public Kind kind() {
    return kind;
  }
}

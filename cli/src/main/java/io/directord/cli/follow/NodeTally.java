package io.directord.cli.follow;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** Counts of job results, on one node or on all. Tallies with the same counts are equal. */
final class NodeTally {

  /**
   * The results that a job can have on a node, and its attributes, in the order in which they are
   * shown.
   */
  enum Kind {
    OK("ok"),
    CHANGED("changed"),
    SKIPPED("skipped"),
    FAILED("failed"),
    UNREACHABLE("unreachable"),
    UNKNOWN("unknown"),
    NOT_RUN("not-run"),
    UNFINISHED("unfinished"),
    RETRIED("retried"),
    CUT("cut");

    private static final Set<Kind> WELL = EnumSet.of(OK, CHANGED, SKIPPED, RETRIED);

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static Kind of(NodeOutcome result) {
      return switch (result.state()) {
        case SUCCEEDED -> OK;
        case SKIPPED -> SKIPPED;
        case FAILED -> ofFailure(result.reason());
        case WAITING, SENT, RUNNING -> UNFINISHED;
      };
    }

    private static Kind ofFailure(Outcome.Reason reason) {
      if (reason == Outcome.Reason.LOST) {
        return UNREACHABLE;
      }
      if (reason == Outcome.Reason.RESULT_LOST) {
        return UNKNOWN;
      }
      return reason != null && reason.isOmission() ? NOT_RUN : FAILED;
    }
  }

  private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

  void add(Kind kind, int more) {
    if (more != 0) {
      counts.merge(kind, more, Integer::sum);
    }
  }

  void add(NodeTally other) {
    other.counts.forEach(this::add);
  }

  int count(Kind kind) {
    return counts.getOrDefault(kind, 0);
  }

  /** Whether there is anything but success. */
  boolean isTrouble() {
    return !Kind.WELL.containsAll(counts.keySet());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NodeTally tally && counts.equals(tally.counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }
}

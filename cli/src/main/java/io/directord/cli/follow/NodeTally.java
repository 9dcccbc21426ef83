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
    WOULD_CHANGE("would-change"),
    UNCHANGED("unchanged"),
    UNFORESEEN("unknown"),
    WOULD_FAIL("would-fail"),
    SKIPPED("skipped"),
    FAILED("failed"),
    LOST("lost"),
    NOT_RUN("not-run"),
    NOT_STARTED("not-started"),
    NOT_BEGUN("not-begun"),
    UNFINISHED("unfinished"),
    RETRIED("retried"),
    CUT("cut");

    private static final Set<Kind> WELL =
        EnumSet.of(OK, CHANGED, WOULD_CHANGE, UNCHANGED, UNFORESEEN, SKIPPED, RETRIED);

    private static final Set<Kind> FORESEEN =
        EnumSet.of(WOULD_CHANGE, UNCHANGED, UNFORESEEN, WOULD_FAIL);

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    /** The word as a key of JSON. */
    String key() {
      return word.replace('-', '_');
    }

    /** Whether only jobs of a dry run have it. */
    boolean isForeseen() {
      return FORESEEN.contains(this);
    }

    static Kind of(NodeOutcome result) {
      return switch (result.state()) {
        case SUCCEEDED -> OK;
        case SKIPPED -> SKIPPED;
        case FAILED -> ofFailure(result.reason());
        case WAITING, SENT, RUNNING -> UNFINISHED;
      };
    }

    /** Of a job of a dry run. */
    static Kind foreseen(NodeOutcome result) {
      Kind kind = of(result);
      if (kind == OK) {
        Boolean changed = result.details().changed();
        return changed == null ? UNFORESEEN : changed ? WOULD_CHANGE : UNCHANGED;
      }
      // One without attempts did not come so far, as on a client that cannot preview.
      return kind == FAILED && result.details().attempts() > 0 ? WOULD_FAIL : kind;
    }

    private static Kind ofFailure(Outcome.Reason reason) {
      if (reason == Outcome.Reason.LOST || reason == Outcome.Reason.RESULT_LOST) {
        return LOST;
      }
      if (reason == Outcome.Reason.NOT_STARTED) {
        return NOT_STARTED;
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

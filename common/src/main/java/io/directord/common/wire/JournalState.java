package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.UUID;

/**
 * What a node says of its journal, so that one that has lost something, or was replaced by an older
 * copy, is noticed.
 *
 * @param journal names what the node remembers of its jobs: another one has forgotten some of them.
 *     Null if it says nothing of it
 * @param journalSteps how many jobs it has taken and begun, in all; never decreases. Null if the
 *     node does not say
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record JournalState(UUID journal, Long journalSteps) {
  /**
   * Of so many steps a journal knows which jobs they were of: somewhat fewer than the confirmed
   * jobs that a client remembers, of which each has taken a step at least.
   */
  static final long REMEMBERED_STEPS = 9_000;

  /** A node that says nothing of its journal. */
  public static final JournalState UNKNOWN = new JournalState(null, null);

  /** The same journal, after so many steps. */
  public JournalState withSteps(long steps) {
    return journalSteps == null || steps > journalSteps ? new JournalState(journal, steps) : this;
  }

  /** Whether a journal that is now in that state has lost something since it was in this one. */
  public boolean isForgottenBy(JournalState now) {
    if (journal == null || now.journal == null) {
      return false;
    }
    return !journal.equals(now.journal) || isAheadOf(now);
  }

  /**
   * Whether a journal still knows all jobs that it has taken since it was in that state, as far as
   * it says so.
   */
  public boolean remembersSince(JournalState then) {
    return journal != null
        && journal.equals(then.journal)
        && journalSteps != null
        && then.journalSteps != null
        && journalSteps - then.journalSteps <= REMEMBERED_STEPS;
  }

  private boolean isAheadOf(JournalState now) {
    return journalSteps != null && now.journalSteps != null && now.journalSteps < journalSteps;
  }
}

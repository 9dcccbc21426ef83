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

  private boolean isAheadOf(JournalState now) {
    return journalSteps != null && now.journalSteps != null && now.journalSteps < journalSteps;
  }
}

package io.directord.client.execution;

import io.directord.common.job.RunDetails;

/** Counts what one run does. Thread-safe. */
final class Tally {
  private int attempts = 1;
  private Boolean changed;

  synchronized void nextAttempt() {
    attempts++;
  }

  /** The verb's own statement. */
  synchronized void changed(boolean said) {
    changed = said || Boolean.TRUE.equals(changed);
  }

  /** An observed change; an unchanged thing says nothing about others. */
  synchronized void noteChange(boolean seen) {
    if (seen) {
      changed = true;
    }
  }

  synchronized RunDetails details(boolean cut) {
    return new RunDetails(cut, attempts, changed);
  }
}

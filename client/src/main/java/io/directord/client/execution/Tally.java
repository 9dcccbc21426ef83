package io.directord.client.execution;

import io.directord.common.job.RunDetails;

/** Counts what one run does. Thread-safe. */
final class Tally {
  private int attempts = 1;
  private Boolean changed;

  synchronized void nextAttempt() {
    attempts++;
  }

  /** What the verb says of itself. */
  synchronized void changed(boolean said) {
    changed = said || Boolean.TRUE.equals(changed);
  }

  /** What was seen; that one thing is as it was says nothing of the others. */
  synchronized void noteChange(boolean seen) {
    if (seen) {
      changed = true;
    }
  }

  synchronized RunDetails details(boolean cut) {
    return new RunDetails(cut, attempts, changed);
  }
}

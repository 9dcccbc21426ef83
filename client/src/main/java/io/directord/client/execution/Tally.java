package io.directord.client.execution;

import io.directord.common.job.BroughtFiles;
import io.directord.common.job.RunDetails;

/** Counts what one run does. Thread-safe. */
final class Tally {
  private int attempts = 1;
  private Boolean changed;
  private BroughtFiles brought;

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

  /** So many files were sent whole. */
  synchronized void sent(int files) {
    brought = BroughtFiles.said(files);
  }

  synchronized RunDetails details(boolean cut) {
    return new RunDetails(cut, attempts, changed, brought);
  }
}

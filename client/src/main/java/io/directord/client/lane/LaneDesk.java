package io.directord.client.lane;

import io.directord.client.execution.LaneControl;
import io.directord.client.journal.Journal;
import java.io.IOException;

/** Where running jobs ask something of the lanes. Thread-safe. */
final class LaneDesk implements LaneControl {
  private final Journal journal;

  LaneDesk(Journal journal) {
    this.journal = journal;
  }

  @Override
  public int forgetFailedParents() throws IOException {
    return journal.forgetFailedParents();
  }
}

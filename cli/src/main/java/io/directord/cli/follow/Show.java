package io.directord.cli.follow;

import io.directord.common.api.NodeOutcome;
import java.util.Locale;

/** Whose results are shown: those of nodes on which a job failed, succeeded, any, or none. */
public enum Show {
  ALL,
  OK,
  FAILED,
  NONE;

  /** As on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  public boolean shows(NodeOutcome result) {
    boolean failed = result.state() == NodeOutcome.State.FAILED;
    return this == ALL || this == (failed ? FAILED : OK);
  }
}

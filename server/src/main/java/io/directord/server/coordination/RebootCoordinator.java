package io.directord.server.coordination;

import io.directord.common.api.NodeOutcome;
import io.directord.verbs.builtin.RebootComponent;

/** REBOOT: the node gets no jobs until it is back, and does not expire meanwhile. */
public final class RebootCoordinator implements Coordinator {
  @Override
  public String verb() {
    return RebootComponent.VERB;
  }

  @Override
  public void ended(Work job, String node, NodeOutcome outcome, Floor floor) {
    if (job.job().verb().equals(verb()) && outcome.state() == NodeOutcome.State.SUCCEEDED) {
      floor.reboots(node, job, RebootComponent.away(job.job()));
    }
  }
}

package io.directord.server.coordination;

import io.directord.verbs.builtin.QueueSentinelComponent;

/** QUEUESENTINEL: drops what was queued before it and has not been sent. */
public final class QueueSentinelCoordinator implements Coordinator {
  @Override
  public String verb() {
    return QueueSentinelComponent.VERB;
  }

  @Override
  public void queued(Work job, String node, Floor floor) {
    floor.dropUnsent(node, QueueSentinelComponent.dropped(job.id()));
  }
}

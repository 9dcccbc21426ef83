package io.directord.server.coordination;

import io.directord.verbs.builtin.QueueSentinelComponent;

/** QUEUESENTINEL: drops jobs that were queued before it and have not been sent. */
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

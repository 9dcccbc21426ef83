package io.directord.client.execution;

import io.directord.common.component.JobException;
import io.directord.common.job.Outcome;

/** The ways of content between this node and the server. */
@FunctionalInterface
public interface ContentLink extends DeliverySource {

  /**
   * Begins to send. By default nothing can be sent.
   *
   * @param bytes not more will be sent
   */
  default Outgoing send(long bytes, Outgoing.Announcement announcement)
      throws JobException, InterruptedException {
    throw new JobException(Outcome.Reason.REFUSED, "this node cannot send files");
  }
}

package io.directord.common.wire;

import io.directord.common.job.NodeResult;
import java.util.UUID;

/** What a node says to the server. */
public sealed interface NodeMessage
    permits Heartbeat, NodeMessage.Started, NodeMessage.Output, NodeMessage.Ended {

  /** The job has been running long enough to be worth saying. */
  record Started(UUID jobId, String verb) implements NodeMessage {}

  /** Output of a job that is still running, in the order in which it was read. */
  record Output(UUID jobId, String verb, Stream stream, byte[] bytes) implements NodeMessage {}

  /** The job has ended; sent again until the server says that it is safe. */
  record Ended(String verb, NodeResult result) implements NodeMessage {}

  /** Where output was written to. */
  enum Stream {
    STDOUT,
    STDERR
  }
}

package io.directord.common.wire;

import io.directord.common.job.NodeResult;
import java.util.List;
import java.util.UUID;

/** What a node says to the server. */
public sealed interface NodeMessage
    permits Heartbeat,
        NodeMessage.Started,
        NodeMessage.Holding,
        NodeMessage.Waiting,
        NodeMessage.Output,
        NodeMessage.RoomWanted,
        NodeMessage.Ended {

  /** The job has been running long enough to be worth saying. */
  record Started(UUID jobId, String verb) implements NodeMessage {}

  /**
   * The jobs that this node took and has not ended; said on every connection once the node is
   * welcome, and whenever the server may have given the node up, and again until the server answers
   * by {@link ServerMessage.Drop}.
   *
   * @param begun those that run
   * @param queued the others
   * @param number which the answer repeats
   */
  record Holding(List<UUID> begun, List<UUID> queued, long number) implements NodeMessage {

    public Holding(List<UUID> begun, List<UUID> queued) {
      this(begun, queued, 0);
    }
  }

  /**
   * The job runs, and waits for the server's {@link ServerMessage.Resume}: because others have to
   * answer too, or to end their jobs first. Sent again while it waits until the server says that it
   * is {@link ServerMessage.Noted}, and anew on every connection.
   *
   * @param answer what the job has to say to the others; may be empty
   */
  record Waiting(UUID jobId, String verb, String answer) implements NodeMessage {}

  /**
   * Output of a job that is still running, in the order in which it was read.
   *
   * @param lostLines how many lines before it could not be sent
   */
  record Output(UUID jobId, String verb, Stream stream, byte[] bytes, long lostLines)
      implements NodeMessage {

    public Output(UUID jobId, String verb, Stream stream, byte[] bytes) {
      this(jobId, verb, stream, bytes, 0);
    }
  }

  /**
   * The node has a message that is too large to be sent unasked; it waits for the server's {@link
   * ServerMessage.RoomGranted}.
   *
   * @param bytes as the server counts its frames; 0 if what was granted is not needed any more
   */
  record RoomWanted(long bytes) implements NodeMessage {}

  /** The job has ended; sent again until the server says that it is safe. */
  record Ended(String verb, NodeResult result) implements NodeMessage {}

  /** Where output was written to. */
  enum Stream {
    STDOUT,
    STDERR
  }
}

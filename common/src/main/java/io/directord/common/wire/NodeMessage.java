package io.directord.common.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.directord.common.job.NodeResult;
import io.directord.common.security.JoinProof;
import java.util.List;
import java.util.UUID;

/** Messages from a node to the server. */
public sealed interface NodeMessage
    permits Heartbeat,
        NodeMessage.Started,
        NodeMessage.Holding,
        NodeMessage.Waiting,
        NodeMessage.Output,
        NodeMessage.RoomWanted,
        NodeMessage.Explained,
        NodeMessage.Inquiry,
        NodeMessage.Ended {

  /**
   * The job is running; sent only for jobs that take some time.
   *
   * @param journalSteps as in {@link JournalState}; null if the node does not say
   */
  record Started(UUID jobId, String verb, Long journalSteps) implements NodeMessage {}

  /**
   * The unfinished jobs of this node. Sent on every connection once the node is welcome, and
   * whenever the server may have expired the node; repeated until the server replies with {@link
   * ServerMessage.Drop}.
   *
   * @param begun those that run
   * @param queued the others
   * @param number repeated in the reply
   */
  record Holding(List<UUID> begun, List<UUID> queued, long number) implements NodeMessage {

    public Holding(List<UUID> begun, List<UUID> queued) {
      this(begun, queued, 0);
    }
  }

  /**
   * The running job waits for the server's {@link ServerMessage.Resume}, since it depends on other
   * nodes. Repeated until the server confirms it with {@link ServerMessage.Noted}, and on every new
   * connection.
   *
   * @param answer what the job has to say to the others; may be empty
   */
  record Waiting(UUID jobId, String verb, String answer) implements NodeMessage {}

  /**
   * Output of a job that is still running, in the order in which it was read.
   *
   * @param position of it; null from clients of older versions
   * @param lostLines number of lines before it that could not be sent
   */
  record Output(
      UUID jobId, String verb, Stream stream, byte[] bytes, OutputPosition position, long lostLines)
      implements NodeMessage {}

  /**
   * The node has a message that is too large to be sent unasked; it waits for the server's {@link
   * ServerMessage.RoomGranted}.
   *
   * @param bytes as the server counts its frames; 0 if what was granted is not needed any more
   */
  record RoomWanted(long bytes) implements NodeMessage {}

  /**
   * Reply to {@link ServerMessage.Explain}.
   *
   * @param number of the question
   * @param text how the job stands, in words that follow the node's name
   */
  record Explained(UUID jobId, long number, String text) implements NodeMessage {}

  /**
   * Asks whether a node could join, without joining or taking the place of its client; answered by
   * {@link ServerMessage.Verdict}. Servers before this message ignore it.
   *
   * @param join as in {@link ClientFacts}
   */
  record Inquiry(
      String identity,
      String machineId,
      int protocol,
      String version,
      @JsonInclude(JsonInclude.Include.NON_NULL) JoinProof join)
      implements NodeMessage {}

  /** The job has ended; repeated until the server confirms that the result is durable. */
  record Ended(String verb, NodeResult result) implements NodeMessage {}

  /** Where output was written to. */
  enum Stream {
    STDOUT,
    STDERR
  }
}

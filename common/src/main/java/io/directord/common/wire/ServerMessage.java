package io.directord.common.wire;

import io.directord.common.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Messages from the server to a node. */
public sealed interface ServerMessage {

  /**
   * Reply to the first heartbeat of a session: the node has joined.
   *
   * @param version of the server's software
   * @param heartbeatInterval interval of the node's heartbeats
   * @param contentPort where the content of ADD and COPY is fetched
   * @param joinKeys by which nodes without a shared key will know the server, in Z85; empty if it
   *     has none, or is older than these
   */
  record Welcome(String version, Duration heartbeatInterval, int contentPort, List<String> joinKeys)
      implements ServerMessage {

    public Welcome {
      joinKeys = List.copyOf(joinKeys);
    }
  }

  /** The node may not join; the text says why and what to do. Its client logs it and goes on. */
  record Refused(String reason) implements ServerMessage {}

  /** The server does not know this connection: send a heartbeat now. */
  record WhoAreYou() implements ServerMessage {}

  /**
   * Run this job.
   *
   * @param deliveries one for each distinct content that the job names, empty for most verbs
   */
  record Run(Job job, List<Delivery> deliveries) implements ServerMessage {}

  /**
   * Ends the wait of a job, successfully or not.
   *
   * @param info for people
   */
  record Resume(UUID jobId, boolean success, String info) implements ServerMessage {}

  /** Confirms {@link NodeMessage.Waiting}; {@link Resume} will follow. */
  record Noted(UUID jobId) implements ServerMessage {}

  /** The results of these jobs are committed; the node may forget them. */
  record Durable(List<UUID> jobIds) implements ServerMessage {}

  /**
   * Cancels these jobs: they are ended with their process trees, or never begun. Each is answered
   * by its {@code Ended}, also one that the node does not know, since the message with it may have
   * been lost: later jobs of its parent do not run then, as after any job that was cancelled.
   *
   * @param jobs ids of the jobs, each with that of its parent
   */
  record Cancel(Map<UUID, UUID> jobs) implements ServerMessage {}

  /**
   * Reply to {@link NodeMessage.Holding}: these jobs, possibly none, were given up and must not
   * begin. Each that has not begun is answered by its {@code Ended}; a running one continues.
   *
   * @param gone those that have begun, and whose content cannot be fetched any more since they have
   *     ended for the server
   * @param number of the message replied to; 0 if it had none
   */
  record Drop(List<UUID> jobIds, List<UUID> gone, long number) implements ServerMessage {}

  /**
   * Confirms the heartbeat with this uptime of the client.
   *
   * @param agentUptime as the heartbeat had it
   */
  record Heard(Duration agentUptime) implements ServerMessage {}

  /**
   * How does the job stand on this node? Sent to nodes with the capability {@link Heartbeat#WHY}.
   *
   * @param number repeated in the reply
   */
  record Explain(UUID jobId, long number) implements ServerMessage {}

  /**
   * Reply to {@link NodeMessage.Inquiry}.
   *
   * @param refusal why the node may not join, as {@link Refused} has it; null if it may
   * @param enrolled whether a node of that name has joined before
   * @param contentPort as in {@link Welcome}
   * @param time of the server's clock
   */
  record Verdict(
      String refusal, boolean enrolled, String version, int protocol, int contentPort, Instant time)
      implements ServerMessage {}

  /**
   * Grants memory for one large message, which the node sends now.
   *
   * @param bytes that it asked for
   */
  record RoomGranted(long bytes) implements ServerMessage {}
}

package io.directord.common.wire;

import io.directord.common.job.Job;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** What the server says to a node. */
public sealed interface ServerMessage {

  /**
   * The answer to a session's first heartbeat: the node may expect jobs.
   *
   * @param version of the server's software
   * @param heartbeatInterval how often the node shall send one
   * @param contentPort where the content of ADD and COPY is fetched
   */
  record Welcome(String version, Duration heartbeatInterval, int contentPort)
      implements ServerMessage {}

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
   * What the job waited for has come, or will not come.
   *
   * @param info for people
   */
  record Resume(UUID jobId, boolean success, String info) implements ServerMessage {}

  /** The server knows that the job waits, and will send {@link Resume}. */
  record Noted(UUID jobId) implements ServerMessage {}

  /** The results of these jobs are committed; the node may forget them. */
  record Safe(List<UUID> jobIds) implements ServerMessage {}

  /**
   * End these jobs, process trees and all, or do not begin them. Each is answered by its {@code
   * Ended}, also one that the node has never seen: the message that brought it may have been lost.
   */
  record Cancel(List<UUID> jobIds) implements ServerMessage {}

  /**
   * The answer to {@link NodeMessage.Holding}: these jobs, none or more, were given up and shall
   * not begin. Each that has not begun is answered by its {@code Ended}; one that has goes on.
   *
   * @param gone those that have begun, and whose content is not to be had any more since they have
   *     ended for the server
   * @param number of the message that is answered; 0 if it had none
   */
  record Drop(List<UUID> jobIds, List<UUID> gone, long number) implements ServerMessage {

    public Drop(List<UUID> jobIds) {
      this(jobIds, List.of(), 0);
    }
  }

  /**
   * The server has heard the heartbeat in which the node's client said that it was so old.
   *
   * @param agentUptime as the heartbeat had it
   */
  record Heard(Duration agentUptime) implements ServerMessage {}

  /**
   * There is memory for one large message of the node, which it sends now.
   *
   * @param bytes that it asked for
   */
  record RoomGranted(long bytes) implements ServerMessage {}
}

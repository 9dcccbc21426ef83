package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.common.wire.WireCodec;
import io.directord.server.link.JobLink;
import io.directord.server.link.Peer;
import io.directord.server.node.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Collects what a turn has to say to nodes, so that it goes out at once. Only that results are safe
 * has time: it is said a few times a second at most, since saying it for every commit would cost as
 * much as the results.
 */
final class Outbox {
  private static final long SAFE_NANOS = 50_000_000;

  private final JobLink link;
  private final List<JobLink.Outgoing> messages = new ArrayList<>();
  private final Map<Peer, Set<UUID>> cancelled = new LinkedHashMap<>();
  private final Map<Peer, Set<UUID>> safe = new LinkedHashMap<>();
  private long safeSaid = System.nanoTime();

  Outbox(JobLink link) {
    this.link = link;
  }

  void say(Peer peer, ServerMessage message) {
    messages.add(new JobLink.Outgoing(peer, WireCodec.encode(message).toBytes(), false));
  }

  void run(Peer peer, Assignment assignment) {
    messages.add(new JobLink.Outgoing(peer, assignment.job().run(), assignment.isSentAgain()));
  }

  /** The node shall end the job; not said if it is not connected. */
  void cancel(Node node, UUID job) {
    add(cancelled, node, job);
  }

  /** The node's job waits no more; not said if it is not connected: then it will ask again. */
  void resume(Node node, UUID job, boolean success, String info) {
    if (node.peer() != null) {
      say(node.peer(), new ServerMessage.Resume(job, success, info));
    }
  }

  /** The server knows that the node's job waits. */
  void noted(Node node, UUID job) {
    if (node.peer() != null) {
      say(node.peer(), new ServerMessage.Noted(job));
    }
  }

  /** The node may forget the job's result. */
  void safe(Node node, UUID job) {
    add(safe, node, job);
  }

  private static void add(Map<Peer, Set<UUID>> jobs, Node node, UUID job) {
    if (node.peer() != null) {
      jobs.computeIfAbsent(node.peer(), peer -> new LinkedHashSet<>()).add(job);
    }
  }

  /** Whether there is something that {@link #flush} has to say soon. */
  boolean isWaiting() {
    return !safe.isEmpty();
  }

  void flush() {
    cancelled.forEach((peer, jobs) -> say(peer, new ServerMessage.Cancel(List.copyOf(jobs))));
    cancelled.clear();
    if (System.nanoTime() - safeSaid >= SAFE_NANOS) {
      safe.forEach((peer, jobs) -> say(peer, new ServerMessage.Safe(List.copyOf(jobs))));
      safe.clear();
      safeSaid = System.nanoTime();
    }
    if (!messages.isEmpty()) {
      link.send(List.copyOf(messages));
      messages.clear();
    }
  }
}

package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.common.wire.WireCodec;
import io.directord.server.link.JobLink;
import io.directord.server.link.Peer;
import io.directord.server.node.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Collects what a turn has to say to nodes, so that it goes out at once. */
final class Outbox {
  private final JobLink link;
  private final List<JobLink.Outgoing> messages = new ArrayList<>();
  private final Map<Peer, List<UUID>> cancelled = new LinkedHashMap<>();
  private final Map<Peer, List<UUID>> safe = new LinkedHashMap<>();

  Outbox(JobLink link) {
    this.link = link;
  }

  void say(Peer peer, ServerMessage message) {
    messages.add(new JobLink.Outgoing(peer, WireCodec.encode(message).toBytes()));
  }

  void run(Peer peer, LiveJob job) {
    messages.add(new JobLink.Outgoing(peer, job.run()));
  }

  /** The node shall end the job; not said if it is not connected. */
  void cancel(Node node, UUID job) {
    add(cancelled, node, job);
  }

  /** The node may forget the job's result. */
  void safe(Node node, UUID job) {
    add(safe, node, job);
  }

  private static void add(Map<Peer, List<UUID>> jobs, Node node, UUID job) {
    if (node.peer() != null) {
      jobs.computeIfAbsent(node.peer(), peer -> new ArrayList<>()).add(job);
    }
  }

  void flush() {
    cancelled.forEach((peer, jobs) -> say(peer, new ServerMessage.Cancel(jobs)));
    cancelled.clear();
    safe.forEach((peer, jobs) -> say(peer, new ServerMessage.Safe(jobs)));
    safe.clear();
    if (!messages.isEmpty()) {
      link.send(List.copyOf(messages));
      messages.clear();
    }
  }
}

package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.common.wire.WireCodec;
import io.directord.server.link.JobLink;
import io.directord.server.link.Peer;
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
    if (message instanceof ServerMessage.Cancel cancel) {
      cancelled.computeIfAbsent(peer, p -> new LinkedHashSet<>()).addAll(cancel.jobIds());
    } else if (message instanceof ServerMessage.Safe of) {
      safe.computeIfAbsent(peer, p -> new LinkedHashSet<>()).addAll(of.jobIds());
    } else {
      put(peer, message);
    }
  }

  private void put(Peer peer, ServerMessage message) {
    messages.add(new JobLink.Outgoing(peer, WireCodec.encode(message).toBytes(), false));
  }

  void run(Effect.Run run) {
    messages.add(new JobLink.Outgoing(run.peer(), run.frames(), run.redelivery()));
  }

  /** Whether there is something that {@link #flush} has to say soon. */
  boolean isWaiting() {
    return !safe.isEmpty();
  }

  void flush() {
    cancelled.forEach((peer, jobs) -> put(peer, new ServerMessage.Cancel(List.copyOf(jobs))));
    cancelled.clear();
    if (System.nanoTime() - safeSaid >= SAFE_NANOS) {
      safe.forEach((peer, jobs) -> put(peer, new ServerMessage.Safe(List.copyOf(jobs))));
      safe.clear();
      safeSaid = System.nanoTime();
    }
    if (!messages.isEmpty()) {
      link.send(List.copyOf(messages));
      messages.clear();
    }
  }
}

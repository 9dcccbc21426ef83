package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Envelope;
import io.directord.server.link.MessageSender;
import io.directord.server.link.NodeAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Collects the messages of a turn to nodes, which are sent together. Only confirmations of results
 * are delayed: they are sent a few times a second, since one for every commit would cost as much as
 * the results.
 */
final class Outbox {
  private static final long SAFE_NANOS = 50_000_000;

  private final MessageSender link;
  private final List<AddressedMessage> messages = new ArrayList<>();
  private final Map<NodeAddress, Set<UUID>> cancelled = new LinkedHashMap<>();
  private final Map<NodeAddress, Set<UUID>> safe = new LinkedHashMap<>();
  private long safeSaid = System.nanoTime();

  Outbox(MessageSender link) {
    this.link = link;
  }

  void send(AddressedMessage message) {
    if (message.message().message() instanceof ServerMessage.Cancel cancel) {
      cancelled.computeIfAbsent(message.to(), to -> new LinkedHashSet<>()).addAll(cancel.jobIds());
    } else if (message.message().message() instanceof ServerMessage.Safe of) {
      safe.computeIfAbsent(message.to(), to -> new LinkedHashSet<>()).addAll(of.jobIds());
    } else {
      messages.add(message);
    }
  }

  private void put(NodeAddress to, ServerMessage message) {
    messages.add(new AddressedMessage(to, new Envelope(message), false));
  }

  /** Whether confirmations wait for {@link #flush}. */
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

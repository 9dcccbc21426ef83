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
import java.util.function.LongSupplier;

/**
 * Collects the messages of a turn to nodes, which are sent together. Only confirmations of results
 * are delayed: they are sent a few times a second, since one for every commit would cost as much as
 * the results.
 */
final class Outbox {
  private static final long DURABLE_NANOS = 50_000_000;

  private final MessageSender link;
  private final List<AddressedMessage> messages = new ArrayList<>();
  private final Map<NodeAddress, Map<UUID, UUID>> cancelled = new LinkedHashMap<>();
  private final Map<NodeAddress, Set<UUID>> durable = new LinkedHashMap<>();
  private final LongSupplier pacing;
  private long durableSaid;

  /**
   * @param pacing as {@link System#nanoTime}
   */
  Outbox(MessageSender link, LongSupplier pacing) {
    this.link = link;
    this.pacing = pacing;
    this.durableSaid = pacing.getAsLong();
  }

  void send(AddressedMessage message) {
    if (message.message().message() instanceof ServerMessage.Cancel cancel) {
      cancelled.computeIfAbsent(message.to(), to -> new LinkedHashMap<>()).putAll(cancel.jobs());
    } else if (message.message().message() instanceof ServerMessage.Durable of) {
      durable.computeIfAbsent(message.to(), to -> new LinkedHashSet<>()).addAll(of.jobIds());
    } else {
      // What was cancelled before it must not begin, and neither what comes behind that.
      Map<UUID, UUID> before = cancelled.remove(message.to());
      if (before != null) {
        put(message.to(), new ServerMessage.Cancel(before));
      }
      messages.add(message);
    }
  }

  private void put(NodeAddress to, ServerMessage message) {
    messages.add(new AddressedMessage(to, new Envelope(message), false));
  }

  /** Whether confirmations wait for {@link #flush}. */
  boolean isWaiting() {
    return !durable.isEmpty();
  }

  void flush() {
    cancelled.forEach((peer, jobs) -> put(peer, new ServerMessage.Cancel(jobs)));
    cancelled.clear();
    long now = pacing.getAsLong();
    if (now - durableSaid >= DURABLE_NANOS) {
      durable.forEach((peer, jobs) -> put(peer, new ServerMessage.Durable(List.copyOf(jobs))));
      durable.clear();
      durableSaid = now;
    }
    if (!messages.isEmpty()) {
      link.send(List.copyOf(messages));
      messages.clear();
    }
  }
}

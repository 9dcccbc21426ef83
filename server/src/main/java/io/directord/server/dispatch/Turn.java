package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Envelope;
import io.directord.server.link.NodeAddress;
import io.directord.server.node.Node;
import io.directord.server.store.Change;
import io.directord.server.time.Moment;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The result of a turn of the core: changes to the store, effects to perform at once, and steps
 * that the core takes once the changes are committed. All of it is data.
 */
final class Turn {
  private final Moment now;
  private final List<Change> changes = new ArrayList<>();
  private final List<Effect> effects = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private long kept;
  private long released;

  Turn(Moment now) {
    this.now = now;
  }

  /** When it began. */
  Moment now() {
    return now;
  }

  void change(Change change) {
    changes.add(change);
  }

  void effect(Effect effect) {
    effects.add(effect);
  }

  /** Adds a step that is taken when the changes of this turn and of earlier ones are committed. */
  void whenDurable(Step step) {
    steps.add(step);
  }

  static Effect.Send send(NodeAddress peer, ServerMessage message) {
    return new Effect.Send(new AddressedMessage(peer, new Envelope(message), false), null);
  }

  void say(NodeAddress peer, ServerMessage message) {
    effects.add(send(peer, message));
  }

  /** Nothing is sent if the node is not connected. */
  void say(Node node, ServerMessage message) {
    if (node != null && node.peer() != null) {
      say(node.peer(), message);
    }
  }

  void tell(UUID parent, Detail detail, Event event) {
    effects.add(new Effect.Tell(parent, detail, event));
  }

  <T> void reply(CompletableFuture<T> to, T value) {
    effects.add(new Effect.Reply<>(to, value));
  }

  void refuse(CompletableFuture<?> to, RuntimeException why) {
    effects.add(new Effect.Refuse(to, why));
  }

  /** Keeps the memory of a message until its changes are committed. */
  void keep(long bytes) {
    kept += bytes;
  }

  /** Releases the memory of a message. */
  void release(long bytes) {
    released += bytes;
  }

  /** Memory for results in use until the turn is committed. */
  long kept() {
    return kept;
  }

  /** Memory for results that can be released. */
  long released() {
    return released;
  }

  List<Change> changes() {
    return changes;
  }

  /** In order. */
  List<Effect> effects() {
    return effects;
  }

  /** In order. */
  List<Step> steps() {
    return steps;
  }
}

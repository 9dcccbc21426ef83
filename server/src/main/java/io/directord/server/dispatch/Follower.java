package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A follower. New events wait while it is sent those that it has missed. Its sink is called on the
 * dispatcher's thread.
 */
final class Follower {
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());

  /** Maximum number of waiting events; the follower is told of dropped ones. */
  private static final int MAX_WAITING = 10_000;

  private final EventFilter filter;
  private final Consumer<Event> sink;
  private final Deque<Event> waiting = new ArrayDeque<>();
  private boolean catchingUp;
  private boolean failed;
  private long missed;

  Follower(EventFilter filter, Consumer<Event> sink) {
    this.filter = filter;
    this.sink = sink;
  }

  /** The level of detail that includes this result. */
  static Detail detail(NodeOutcome.State state) {
    return state == NodeOutcome.State.FAILED ? Detail.FAILURES : Detail.NODES;
  }

  EventFilter filter() {
    return filter;
  }

  boolean wants(Detail detail) {
    return filter.detail().compareTo(detail) >= 0;
  }

  boolean wants(UUID parent, Detail detail) {
    return wants(detail) && (filter.parents().isEmpty() || filter.parents().contains(parent));
  }

  boolean hasFailed() {
    return failed;
  }

  /** New events wait until {@link #caughtUp}. */
  void catchUp() {
    catchingUp = true;
  }

  /** It has received all events that it had missed. */
  void caughtUp() {
    catchingUp = false;
    waiting.forEach(this::send);
    waiting.clear();
    if (missed > 0) {
      send(new Event.Missed(missed));
    }
  }

  /** Something happens. */
  void tell(Event event) {
    if (!catchingUp) {
      send(event);
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(event);
    } else {
      missed++;
    }
  }

  /** A failing sink must not end the dispatcher; its connection has failed already. */
  void send(Event event) {
    if (failed) {
      return;
    }
    try {
      sink.accept(event);
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a follower failed, and is told no more: {0}", e.toString());
      failed = true;
    }
  }
}

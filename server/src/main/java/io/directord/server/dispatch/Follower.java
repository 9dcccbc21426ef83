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
 * One who wants to know what happens. While it is sent what it has missed, what happens waits
 * behind that. Its sink is called on the dispatcher's thread.
 */
final class Follower {
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());

  /** More events than that do not wait; the follower is told that it missed them. */
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

  /** How much detail a follower must want to be told how a job ended on a node. */
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

  /** What happens waits until {@link #caughtUp}. */
  void catchUp() {
    catchingUp = true;
  }

  /** It has been sent all that it had missed. */
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

  /** A sink that fails must not end the dispatcher; what it is part of has failed already. */
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

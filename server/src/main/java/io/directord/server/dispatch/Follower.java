package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * A follower. New events wait while it is sent those that it has missed. Its sink is called on the
 * dispatcher's thread.
 */
final class Follower {
  private static final System.Logger LOG = System.getLogger(Follower.class.getName());

  /** Estimated memory of an event without its texts, and of a name in it. */
  private static final int EVENT_BYTES = 1000;

  private static final int NAME_BYTES = 80;

  private final EventFilter filter;
  private final Consumer<Event> sink;
  private final Deque<Event> waiting = new ArrayDeque<>();
  private Backlog backlog;
  private long waitingBytes;
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

  /**
   * New events wait until {@link #caughtUp} or {@link #removed}. The follower is told how many were
   * dropped, since there was no memory for them.
   *
   * @param memory of what waits
   */
  void catchUp(Backlog memory) {
    backlog = memory;
  }

  /** It has received all events that it had missed. */
  void caughtUp() {
    waiting.forEach(this::send);
    removed();
    if (missed > 0) {
      send(new Event.Missed(missed));
    }
  }

  /** It follows no more: what waits for it is dropped. */
  void removed() {
    waiting.clear();
    if (backlog != null) {
      backlog.giveBack(waitingBytes);
    }
    waitingBytes = 0;
    backlog = null;
  }

  /** Something happens. */
  void tell(Event event) {
    if (backlog == null) {
      send(event);
      return;
    }
    long bytes = bytes(event);
    if (backlog.take(bytes)) {
      waitingBytes += bytes;
      waiting.add(event);
    } else {
      missed++;
    }
  }

  private static long bytes(Event event) {
    if (event instanceof Event.NodeAnswered answered) {
      NodeOutcome outcome = answered.outcome();
      return EVENT_BYTES + bytes(outcome.info(), outcome.stdout(), outcome.stderr());
    }
    if (event instanceof Event.JobOutput output) {
      return EVENT_BYTES + bytes(output.text());
    }
    if (event instanceof Event.JobEnded ended) {
      return EVENT_BYTES + NAME_BYTES * (long) ended.named().size();
    }
    return EVENT_BYTES;
  }

  private static long bytes(String... texts) {
    return Arrays.stream(texts).mapToLong(text -> (long) text.length() * Character.BYTES).sum();
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

package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.api.NodeView;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Who wants to know what happens. Events are made only if somebody wants them. */
final class Followers {
  private static final System.Logger LOG = System.getLogger(Followers.class.getName());

  private final List<Follower> followers = new ArrayList<>();

  /** One of them. */
  static final class Follower {
    private final EventFilter filter;
    private final Consumer<Event> sink;
    private boolean failed;

    Follower(EventFilter filter, Consumer<Event> sink) {
      this.filter = filter;
      this.sink = sink;
    }

    EventFilter filter() {
      return filter;
    }

    /** A sink that fails must not end the dispatcher; what it is part of has failed already. */
    void tell(Event event) {
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

    /** Whether it wants to know how a job ended on a node. */
    boolean wants(UUID parent, NodeOutcome answer) {
      return wants(parent, answer.state() == State.FAILED ? Detail.FAILURES : Detail.NODES);
    }

    boolean wants(UUID parent, Detail detail) {
      return filter.detail().compareTo(detail) >= 0
          && (filter.parents().isEmpty() || filter.parents().contains(parent));
    }
  }

  void add(Follower follower) {
    if (!follower.failed) {
      followers.add(follower);
    }
  }

  void remove(Follower follower) {
    followers.remove(follower);
  }

  int count() {
    return followers.size();
  }

  /** Something happened to a job of that parent. */
  void tell(UUID parent, Detail detail, Supplier<Event> happened) {
    tell(follower -> follower.wants(parent, detail), happened);
  }

  /** A node answered a job of that parent. */
  void tellAnswer(UUID job, UUID parent, NodeOutcome answer) {
    tell(
        follower -> follower.wants(parent, answer),
        () -> new Event.NodeAnswered(job, parent, answer));
  }

  private void tell(Predicate<Follower> wants, Supplier<Event> happened) {
    Event event = null;
    for (int i = followers.size() - 1; i >= 0; i--) {
      Follower follower = followers.get(i);
      if (wants.test(follower)) {
        event = event == null ? happened.get() : event;
        tell(follower, event);
      }
    }
  }

  /**
   * Something happened to a node: news for those who follow everything and, if work waits for it,
   * for those who want to know of failures.
   */
  void tellNode(Supplier<NodeView> node) {
    if (followers.isEmpty()) {
      return;
    }
    NodeView changed = node.get();
    boolean awaited = changed.outstanding() > 0;
    tell(
        follower ->
            follower.filter().parents().isEmpty()
                || awaited && follower.filter().detail().compareTo(Detail.FAILURES) >= 0,
        () -> new Event.NodeChanged(changed));
  }

  private void tell(Follower follower, Event event) {
    follower.tell(event);
    if (follower.failed) {
      followers.remove(follower);
    }
  }
}

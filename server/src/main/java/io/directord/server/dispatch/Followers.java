package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** All followers. Belongs to the dispatcher's thread. */
final class Followers {
  private final List<Follower> followers = new ArrayList<>();
  private final Backlog backlog = new Backlog(Backlog.MAX_BYTES);
  private volatile int count;

  void add(Follower follower) {
    followers.add(follower);
    count = followers.size();
  }

  void remove(Follower follower) {
    followers.remove(follower);
    count = followers.size();
    follower.removed();
  }

  /** It is sent what it has missed; new events wait meanwhile. */
  void catchUp(Follower follower) {
    follower.catchUp(backlog);
  }

  /** How many there are; for any thread. */
  int count() {
    return count;
  }

  boolean contains(Follower follower) {
    return followers.contains(follower);
  }

  /** An event of a job of that parent. */
  void tell(UUID parent, Detail detail, Event event) {
    tell(follower -> follower.wants(parent, detail), event);
  }

  /**
   * An event of a node, for followers of everything and, if work waits for it, for followers of
   * failures.
   */
  void tellNode(NodeView node) {
    boolean awaited = node.outstanding() > 0;
    tell(
        follower ->
            follower.filter().parents().isEmpty() || awaited && follower.wants(Detail.FAILURES),
        new Event.NodeChanged(node));
  }

  private void tell(Predicate<Follower> wants, Event event) {
    for (Follower follower : followers) {
      if (wants.test(follower)) {
        follower.tell(event);
      }
    }
    if (followers.removeIf(Follower::hasFailed)) {
      count = followers.size();
    }
  }
}

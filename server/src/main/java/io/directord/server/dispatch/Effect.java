package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeView;
import io.directord.common.wire.Delivery;
import io.directord.server.link.NodeAddress;
import io.directord.server.link.Outgoing;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Something that the core wants done outside; the dispatcher's loop does it, in order. */
sealed interface Effect {

  /** A message to a node. */
  record Send(Outgoing message) implements Effect {}

  /** The connection ends, because of what its node said. */
  record EndPeer(NodeAddress peer, String why) implements Effect {}

  /** Something happened to a job of that parent; for followers who want that much detail. */
  record Tell(UUID parent, Detail detail, Event event) implements Effect {}

  /** Something happened to a node. */
  record TellNode(NodeView node) implements Effect {}

  /** From now on there is another follower, who has missed what the snapshot tells. */
  record Follow(Follower follower, Snapshot snapshot) implements Effect {}

  record Unfollow(Follower follower) implements Effect {}

  /** A caller's request is answered. */
  record Reply<T>(CompletableFuture<T> to, T value) implements Effect {}

  /** A caller's request is refused. */
  record Refuse(CompletableFuture<?> to, RuntimeException why) implements Effect {}

  /** A caller's question is answered from the store. */
  record Ask<T>(Question<T> question, CompletableFuture<T> to) implements Effect {}

  /** The core needs to know something that the store has; {@link Input.Found} brings it. */
  record Read(List<JobRead> wanted, Finder finder) implements Effect {}

  /** From now on nodes that were given the deliveries may fetch. */
  record Open(UUID job, List<Delivery> deliveries) implements Effect {}

  /** The job has ended everywhere: its content is fetched no more. */
  record Close(UUID job) implements Effect {}

  /** A client may not join. */
  record NoteRefusal(String identity, String address, String reason) implements Effect {}

  /** A node has joined: what kept it from that is mended. */
  record NoteJoined(String identity, String address) implements Effect {}

  /** What the core wants to know something from the store for; the core alone looks inside. */
  interface Finder {

    /**
     * Goes on.
     *
     * @param found without those jobs that are not kept
     */
    void found(List<FoundJob> found, Turn turn);

    /** The store cannot be read. */
    void failed(RuntimeException why, Turn turn);
  }
}

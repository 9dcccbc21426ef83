package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeView;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Upload;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.store.StoredToken;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** An effect of the core, performed in order by the dispatcher's loop. */
sealed interface Effect {

  /**
   * A message to a node.
   *
   * @param waited of a job that is sent to the node for the first time, since it was submitted;
   *     else null
   */
  record Send(AddressedMessage message, Duration waited) implements Effect {}

  /** Ends a connection because of an invalid message. */
  record EndPeer(NodeAddress peer, String why) implements Effect {}

  /** An event of a job of that parent, for followers of that level of detail. */
  record Tell(UUID parent, Detail detail, Event event) implements Effect {}

  /** An event of a node. */
  record TellNode(NodeView node) implements Effect {}

  /** Adds a follower, which has missed the events of the snapshot. */
  record Follow(Follower follower, Snapshot snapshot) implements Effect {}

  record Unfollow(Follower follower) implements Effect {}

  /** A caller's request is answered. */
  record Reply<T>(CompletableFuture<T> to, T value) implements Effect {}

  /** A caller's request is refused. */
  record Refuse(CompletableFuture<?> to, RuntimeException why) implements Effect {}

  /** A caller's question is answered from the store. */
  record Ask<T>(Question<T> question, CompletableFuture<T> to) implements Effect {}

  /** Reads the store for the core; {@link Input.Found} follows. */
  record Read(List<JobRead> wanted, Finder finder) implements Effect {}

  /** Makes the jobs of a schedule's run ready; {@link Input.Prepared} follows. */
  record Prepare(ScheduledRun run) implements Effect {}

  /** Lets nodes fetch these deliveries. */
  record Open(UUID job, List<Delivery> deliveries) implements Effect {}

  /** Closes the deliveries of a job that has ended everywhere. */
  record Close(UUID job) implements Effect {}

  /** Lets a node send files for a job. */
  record TakeFiles(UUID job, String node, String user, Instant since, Upload upload)
      implements Effect {}

  /**
   * A node sends no more files for a job.
   *
   * @param settled whether no other result of the node can follow
   */
  record EndFiles(UUID job, String node, boolean settled) implements Effect {}

  /** Jobs are not kept any more, nor is what they have brought. */
  record ForgetFiles(List<UUID> jobs) implements Effect {}

  /** Asks what a node has sent to its end for a job; {@link Input.Arrived} follows. */
  record AskArrival(UUID job, String node, Judge judge) implements Effect {}

  /** A client was refused. */
  record NoteRefusal(String identity, String address, String reason) implements Effect {}

  /** A node has joined, so its earlier refusals are void. */
  record NoteJoined(String identity, String address) implements Effect {}

  /** A hook is told of an event that is durable; {@link Input.HookTold} follows. */
  record TellHook(StoredHookEvent event) implements Effect {}

  /** So many events of a hook were left out. */
  record HookDropped(String hook, int events) implements Effect {}

  /** A token may be used from now on. */
  record UseToken(StoredToken token) implements Effect {}

  /** A token may no longer be used. */
  record DropToken(String name) implements Effect {}

  /** A result that waits to be judged by what has arrived, used by the core only. */
  interface Judge {

    /**
     * Goes on.
     *
     * @param arrival null if nothing has come to its end
     */
    void judge(FetchArrival arrival, Turn turn);
  }

  /** The purpose of a read, used by the core only. */
  interface Finder {

    /**
     * Goes on.
     *
     * @param found without those jobs that are not kept
     */
    void found(List<FoundJob> found, Turn turn);

    /** The read has failed. */
    void failed(RuntimeException why, Turn turn);
  }
}

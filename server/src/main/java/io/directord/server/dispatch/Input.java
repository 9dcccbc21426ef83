package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.NodeMessage;
import io.directord.server.access.Caller;
import io.directord.server.link.NodeAddress;
import io.directord.server.store.FoundJob;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** The inputs of the core. */
sealed interface Input {

  /**
   * A message from a node.
   *
   * @param reserved bytes of the memory for results
   */
  record Said(NodeAddress peer, NodeMessage message, long reserved) implements Input {}

  /** A result for which there is no memory now; the node is asked for it later. */
  record Deferred(NodeAddress peer) implements Input {}

  /** A connection is lost. */
  record Gone(NodeAddress peer) implements Input {}

  /** The changes of these turns are committed. */
  record Committed(List<Turn> turns) implements Input {}

  /** Data read from the store. */
  record Found(Effect.Finder finder, List<FoundJob> jobs) implements Input {}

  /** The store could not be read. */
  record NotFound(Effect.Finder finder, RuntimeException why) implements Input {}

  /**
   * A part of a follower's snapshot was read; not for the core.
   *
   * @param snapshot null if it is complete
   */
  record CaughtUp(Follower follower, Snapshot snapshot, List<Event> events) implements Input {}

  /**
   * A second or so has passed.
   *
   * @param storeWorks whether changes can be committed
   */
  record Tick(boolean storeWorks) implements Input {}

  /** The server was absent for longer than the expiry of nodes. */
  record Absent() implements Input {}

  /** A caller asks for something. */
  record Asked(Caller caller, Request request) implements Input {}

  /** A follower is gone. */
  record Unfollow(Follower follower) implements Input {}

  /** Wakes the loop. */
  record Wake() implements Input {}

  /** A request of a caller. */
  sealed interface Request {}

  /** Jobs are submitted. */
  record Submit(Submission.Order order) implements Request {}

  /**
   * What is in the way of jobs?
   *
   * @param noRoom why no job is taken because of the disk; or null
   */
  record Check(List<Job> jobs, String noRoom, CompletableFuture<List<ValidationError>> to)
      implements Request {}

  record Nodes(CompletableFuture<List<NodeView>> to) implements Request {}

  record Jobs(UUID parent, int limit, CompletableFuture<List<JobSummary>> to) implements Request {}

  record OneJob(UUID id, CompletableFuture<JobView> to) implements Request {}

  record Analyse(UUID jobOrParent, CompletableFuture<Analysis> to) implements Request {}

  /**
   * Jobs are to end.
   *
   * @param storeWorks whether changes can be committed; if not, the caller is answered at once
   */
  record Cancel(UUID jobOrParent, boolean storeWorks, CompletableFuture<Bodies.Cancelled> to)
      implements Request {}

  record Purge(CompletableFuture<Integer> to) implements Request {}

  /**
   * Nodes are forgotten.
   *
   * @param identity null for all
   */
  record ForgetNodes(String identity, CompletableFuture<Integer> to) implements Request {}

  record Follow(Follower follower) implements Request {}
}

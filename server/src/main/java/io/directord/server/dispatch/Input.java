package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
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

/** What the core is told. */
sealed interface Input {

  /**
   * A node has said something.
   *
   * @param reserved bytes of the memory for results
   */
  record Said(NodeAddress peer, NodeMessage message, long reserved) implements Input {}

  /** A node has given a result for which there is no room now: it is asked for it again later. */
  record Deferred(NodeAddress peer) implements Input {}

  /** A connection is lost. */
  record Gone(NodeAddress peer) implements Input {}

  /** What these turns changed is safely in the store. */
  record Committed(List<Turn> turns) implements Input {}

  /** What the core wanted to know from the store. */
  record Found(Effect.Finder finder, List<FoundJob> jobs) implements Input {}

  /** The store could not be read. */
  record NotFound(Effect.Finder finder, RuntimeException why) implements Input {}

  /**
   * Some of what a follower has missed was read; not for the core.
   *
   * @param snapshot null if that is all
   */
  record CaughtUp(Follower follower, Snapshot snapshot, List<Event> events) implements Input {}

  /**
   * A second or so has passed.
   *
   * @param storeWorks whether changes can be committed
   */
  record Tick(boolean storeWorks) implements Input {}

  /** The server did not run for longer than nodes may be silent. */
  record Absent() implements Input {}

  /** A caller asks for something. */
  record Asked(Caller caller, Request request) implements Input {}

  /** A follower is gone. */
  record Unfollow(Follower follower) implements Input {}

  /** The loop is to look at once. */
  record Wake() implements Input {}

  /** What a caller asks for. */
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
  record Cancel(UUID jobOrParent, boolean storeWorks, CompletableFuture<List<UUID>> to)
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

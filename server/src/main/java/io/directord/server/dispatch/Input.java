package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.Explanation;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.RunState;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleView;
import io.directord.common.config.HookSettings;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage;
import io.directord.server.access.Caller;
import io.directord.server.link.NodeAddress;
import io.directord.server.metrics.Figures;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.FoundJob;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /**
   * A message from a node that cannot be decoded.
   *
   * @param job of which it is the result; null if that is not known, or it is not a result
   * @param reserved as for {@link Said}
   */
  record Undecodable(NodeAddress peer, UUID job, String why, long reserved) implements Input {}

  /** A result for which there is no memory now; the node is asked for it later. */
  record Deferred(NodeAddress peer) implements Input {}

  /**
   * A connection is lost.
   *
   * @param why it was ended from this side; null if it was not
   */
  record Gone(NodeAddress peer, String why) implements Input {}

  /** The changes of these turns are committed. */
  record Committed(List<Turn> turns) implements Input {}

  /** The store has lost something that it had. */
  record StoreLost() implements Input {}

  /** Data read from the store. */
  record Found(Effect.Finder finder, List<FoundJob> jobs) implements Input {}

  /** The store could not be read. */
  record NotFound(Effect.Finder finder, RuntimeException why) implements Input {}

  /**
   * What a node has sent to its end for a job is known.
   *
   * @param arrival null if that is nothing
   */
  record Arrived(Effect.Judge judge, FetchArrival arrival) implements Input {}

  /**
   * The jobs of a schedule's run are ready.
   *
   * @param order null if they cannot be
   * @param failure why they cannot be; else null
   */
  record Prepared(ScheduledRun run, Order order, RefusedException failure) implements Input {}

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
  record Submit(Order order) implements Request {}

  /**
   * What is in the way of jobs?
   *
   * @param noRoom why no job is taken because of the disk; or null
   */
  record Check(Check.Question question, String noRoom, CompletableFuture<Bodies.Checked> to)
      implements Request {
    /**
     * @param limit targets to which those of the jobs are narrowed
     * @param earlier the results of earlier jobs that targets ask for
     * @param foreign the jobs that bring a definition of their verb which is not the server's
     */
    record Question(
        List<Job> jobs, List<String> limit, EarlierResults earlier, Set<UUID> foreign) {}
  }

  /** Nodes are counted. */
  record CountNodes(CompletableFuture<NodeCount> to) implements Request {}

  /**
   * Which nodes do targets stand for?
   *
   * @param earlier the results of earlier jobs that the targets ask for
   */
  record Nodes(List<String> targets, EarlierResults earlier, CompletableFuture<List<NodeView>> to)
      implements Request {}

  /**
   * Which nodes come next by name?
   *
   * @param after a name, of a node or not; empty for the first nodes
   * @param state the only one; null for all
   * @param skip how many of them are left out
   * @param limit how many are wanted at most
   */
  record NodesAfter(
      String after, NodeView.State state, int skip, int limit, CompletableFuture<NodePage.Part> to)
      implements Request {}

  /**
   * Labels are set.
   *
   * @param labels values by name; null removes one
   * @param earlier the results of earlier jobs that the targets ask for
   */
  record Label(
      List<String> targets,
      Map<String, String> labels,
      EarlierResults earlier,
      CompletableFuture<List<String>> to)
      implements Request {}

  /**
   * The newest jobs.
   *
   * @param parent only those of it; null for all
   * @param before only those that were submitted before that job; null for all
   */
  record Jobs(UUID parent, UUID before, int limit, CompletableFuture<Bodies.Jobs> to)
      implements Request {}

  /** Which jobs that have not ended come first by the filter, no more than a number? */
  record FindOpen(int limit, JobFilter filter, CompletableFuture<OpenSearch.Found> to)
      implements Request {}

  /** How do they stand? */
  record OpenJobs(OpenSearch.Found found, CompletableFuture<Bodies.Jobs> to) implements Request {}

  /** How many nodes and jobs are there? */
  record Measure(CompletableFuture<Figures.Decided> to) implements Request {}

  record OneJob(UUID id, CompletableFuture<JobView> to) implements Request {}

  /** A job on one node. */
  record OneResult(UUID id, String node, CompletableFuture<NodeOutcome> to) implements Request {}

  /**
   * How a job stands on its nodes.
   *
   * @param node null for all its targets
   */
  record Explain(UUID id, String node, CompletableFuture<Explanation> to) implements Request {}

  record Analyse(UUID jobOrParent, CompletableFuture<Analysis> to) implements Request {}

  /**
   * Jobs are to end.
   *
   * @param storeWorks whether changes can be committed; if not, the caller is answered at once
   */
  record Cancel(UUID jobOrParent, boolean storeWorks, CompletableFuture<Bodies.Cancelled> to)
      implements Request {}

  /**
   * A parent is to begin on no further node, or to go on.
   *
   * @param resume whether it is to go on
   */
  record Pause(UUID jobOrParent, boolean resume, CompletableFuture<RunState> to)
      implements Request {}

  record Purge(CompletableFuture<Integer> to) implements Request {}

  /**
   * Nodes are forgotten.
   *
   * @param target a name or an expression; null for all
   * @param earlier results of jobs that the target asks for
   */
  record ForgetNodes(String target, EarlierResults earlier, CompletableFuture<List<String>> to)
      implements Request {}

  /** What does a caller lack to run a verb on a node? The answer is null if it may. */
  record May(Caller who, String verb, String node, CompletableFuture<String> to)
      implements Request {}

  /** A token is created; the answer is the same one. */
  record PutToken(StoredToken token, CompletableFuture<StoredToken> to) implements Request {}

  /** A token is revoked. */
  record ForgetToken(String name, CompletableFuture<StoredToken> to) implements Request {}

  /** A join token is created; the answer is the same one. */
  record PutJoinToken(StoredJoinToken token, CompletableFuture<StoredJoinToken> to)
      implements Request {}

  /** A join token is revoked. */
  record ForgetJoinToken(String id, CompletableFuture<StoredJoinToken> to) implements Request {}

  /** Which join tokens are there? */
  record ListJoinTokens(CompletableFuture<List<StoredJoinToken>> to) implements Request {}

  /**
   * A schedule is to be added.
   *
   * @param order its jobs, which are checked and not entered
   */
  record AddSchedule(StoredSchedule schedule, Order order, CompletableFuture<ScheduleView> to)
      implements Request {}

  /** A schedule is changed. */
  record ChangeSchedule(
      String name, Dispatch.ScheduleAction action, CompletableFuture<ScheduleView> to)
      implements Request {}

  record Schedules(CompletableFuture<List<ScheduleView>> to) implements Request {}

  record OneSchedule(String name, CompletableFuture<ScheduleInfo> to) implements Request {}

  /**
   * How many runs of the caller, a hook, are open, and whether a job of it is known?
   *
   * @param job the first one of a run
   */
  record HookRuns(UUID job, CompletableFuture<Dispatch.HookRuns> to) implements Request {}

  record Follow(Follower follower) implements Request {}

  /** The hooks of the configuration are others from now on. */
  record ReplaceHooks(HookSettings hooks) implements Input {}

  /** A hook was told of an event, or the event was given up. */
  record HookTold(StoredHookEvent event) implements Input {}
}

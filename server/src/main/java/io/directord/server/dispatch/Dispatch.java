package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.Explanation;
import io.directord.common.api.HookView;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RefusedNode;
import io.directord.common.api.Reruns;
import io.directord.common.api.RunState;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleView;
import io.directord.common.job.Job;
import io.directord.server.access.Caller;
import io.directord.server.access.Tokens;
import io.directord.server.metrics.Figures;
import io.directord.server.metrics.Meters;
import io.directord.server.store.StoredToken;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The dispatcher as used by the API. Methods may be called from any thread and return at once;
 * futures complete on the dispatcher's or the store's thread, so chained actions must be short. A
 * future fails with {@link RefusedException} if the request is refused; that of a change also if it
 * is not known to be durable after 40 seconds, with {@link RefusedException.Kind#UNDECIDED}: it may
 * still be made. Permissions were checked before.
 */
public interface Dispatch {

  /**
   * Submits these jobs, in this order; completes once they are durable. Jobs whose id is known
   * already, with the same fingerprint, are left as they are, so a submission may be sent again. A
   * target that is not enrolled, by whatever job, has them all refused.
   *
   * @param limit targets to which those of all jobs are narrowed; empty for no limit
   */
  CompletableFuture<Receipt> submit(Caller caller, List<Job> jobs, List<String> limit);

  /**
   * What running a job, or the jobs of a parent, again would come to where they did not succeed;
   * nothing is changed. Fails if nothing would run, or if content is not kept any more.
   */
  CompletableFuture<Reruns.Plan> planRerun(Caller caller, UUID id, Reruns.Request wanted);

  /** Runs them again; as {@link #submit}. */
  CompletableFuture<Receipt> rerun(Caller caller, UUID id, Reruns.Request wanted);

  /** Submits jobs without a limit. */
  default CompletableFuture<Receipt> submit(Caller caller, List<Job> jobs) {
    return submit(caller, jobs, List.of());
  }

  /**
   * Checks these jobs without keeping or running them.
   *
   * @return without errors in what the jobs say of themselves
   */
  CompletableFuture<Bodies.Checked> check(Caller caller, List<Job> jobs, List<String> limit);

  /** Conditions that keep the server from working, a sentence each; it recovers by itself. */
  List<String> warnings();

  /** Counts the nodes, which costs much less than listing them. */
  CompletableFuture<NodeCount> countNodes(Caller caller);

  /** What is counted while the server works; for any thread. */
  Meters meters();

  /** How the server stands. */
  CompletableFuture<Figures> figures(Caller caller);

  /** All enrolled nodes, sorted by name. */
  default CompletableFuture<List<NodeView>> nodes(Caller caller) {
    return nodes(caller, List.of());
  }

  /** Those that targets stand for, expired ones too, sorted by name; all for no targets. */
  default CompletableFuture<List<NodeView>> nodes(Caller caller, List<String> targets) {
    return nodes(caller, targets, NodePage.ALL).thenApply(NodePage.Shown::nodes);
  }

  /**
   * A part of the enrolled nodes, expired ones too.
   *
   * @param targets that they stand for; empty for all nodes
   */
  CompletableFuture<NodePage.Shown> nodes(Caller caller, List<String> targets, NodePage page);

  /**
   * Sets labels of nodes; completes with their names once that is durable.
   *
   * @param labels values by name; null removes one
   */
  CompletableFuture<List<String>> label(
      Caller caller, List<String> targets, Map<String, String> labels);

  /** The clients that were refused lately, the latest first. */
  List<RefusedNode> refused();

  /**
   * The id of the job or parent that a reference stands for: the id itself; its first characters, 4
   * at least, if no other begins so; {@code last} for the newest job, {@code last~1} for the one
   * before, and so on. For a parent also the fingerprint of its entry, or the beginning of that, of
   * which the newest parent is meant.
   *
   * @param jobsOnly whether no parent is meant
   */
  CompletableFuture<UUID> find(String reference, boolean jobsOnly);

  /** All retained jobs in the order of submission; of one parent unless that is null. */
  default CompletableFuture<List<JobSummary>> jobs(Caller caller, UUID parent) {
    return jobs(caller, parent, null, Integer.MAX_VALUE).thenApply(Bodies.Jobs::jobs);
  }

  /**
   * The newest of them, up to a number.
   *
   * @param before only those that were submitted before that job; null for all
   */
  CompletableFuture<Bodies.Jobs> jobs(Caller caller, UUID parent, UUID before, int limit);

  /** The oldest jobs that have not ended, no more than a number. */
  CompletableFuture<Bodies.Jobs> openJobs(Caller caller, int limit, JobFilter filter);

  /**
   * One job with its results. Results are read from the store when the list is accessed, and never
   * held together; callers that iterate more than once may want a copy.
   */
  CompletableFuture<JobView> job(Caller caller, UUID id);

  /** One job on one node, of which only that result is read. */
  CompletableFuture<NodeOutcome> result(Caller caller, UUID id, String node);

  /**
   * How a job stands on its nodes. Connected nodes are asked, for a few seconds at most.
   *
   * @param node null for all its targets
   */
  CompletableFuture<Explanation> explain(Caller caller, UUID id, String node);

  /** How long a job, the jobs of a parent, or all jobs if it is null, took and where. */
  CompletableFuture<Analysis> analysis(Caller caller, UUID jobOrParent);

  /**
   * Cancels a job, or all jobs of a parent, wherever they have not ended; returns these jobs, and
   * those that are not run because of it.
   */
  CompletableFuture<Bodies.Cancelled> cancel(Caller caller, UUID jobOrParent);

  /**
   * Has a parent, or that of a job, begin on no further node, or go on; returns how it stands.
   *
   * @param resume whether it is to go on
   */
  CompletableFuture<RunState> pause(Caller caller, UUID jobOrParent, boolean resume);

  /**
   * Adds a schedule; completes once it is durable. Its jobs are checked as those of a submission,
   * and their content is kept as long as the schedule.
   *
   * @param limit as for {@link #submit}, applied to every run
   */
  CompletableFuture<ScheduleView> addSchedule(
      Caller caller, String name, ScheduleTiming timing, List<Job> jobs, List<String> limit);

  /** What may be done with a schedule. */
  enum ScheduleAction {
    PAUSE,
    RESUME,
    /** Starts a run now. */
    RUN,
    REMOVE
  }

  /** Completes once that is durable; for a run before its jobs are. */
  CompletableFuture<ScheduleView> changeSchedule(Caller caller, String name, ScheduleAction action);

  /**
   * Runs of a hook.
   *
   * @param open how many have not ended
   * @param isKnown whether the job is there that was asked for, and is the hook's
   */
  record HookRuns(int open, boolean isKnown) {}

  /**
   * The runs of a hook.
   *
   * @param hook as which its jobs are submitted
   * @param job the first one of a run
   */
  CompletableFuture<HookRuns> hookRuns(Caller hook, UUID job);

  /** The hooks, and how their deliveries go; for any thread. */
  default List<HookView> hooks() {
    return List.of();
  }

  /** All schedules, sorted by name. */
  CompletableFuture<List<ScheduleView>> schedules(Caller caller);

  CompletableFuture<ScheduleInfo> schedule(Caller caller, String name);

  /** Deletes ended jobs; returns their number. */
  CompletableFuture<Integer> purgeJobs(Caller caller);

  /**
   * Forgets nodes and their keys, so that they may enrol again; completes with their names.
   *
   * @param target a name or an expression; null for all
   */
  CompletableFuture<List<String>> forgetNodes(Caller caller, String target);

  /** The tokens of the remote API. */
  Tokens tokens();

  /**
   * What somebody lacks to run jobs of a verb on a node, for people; completes with null if it may.
   *
   * @param who may be another one than the caller
   */
  CompletableFuture<String> lacking(Caller caller, Caller who, String verb, String node);

  /** The tokens with which nodes enrol. */
  JoinDesk joinDesk();

  /** Creates a token; completes with it once it is durable and may be used. */
  CompletableFuture<StoredToken> createToken(Caller caller, StoredToken token);

  /** Revokes a token; completes with it once that is durable and it may not be used. */
  CompletableFuture<StoredToken> revokeToken(Caller caller, String name);

  /**
   * Sends events to the sink until the subscription is closed: first past ones of the filter's
   * parents that still matter (ended jobs, results), then new ones. The sink is called on the
   * dispatcher's thread and must not block.
   */
  Subscription follow(Caller caller, EventFilter filter, Consumer<Event> sink);

  /** Ends the subscription; may be called from any thread, more than once. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RefusedNode;
import io.directord.common.job.Job;
import io.directord.common.validation.ValidationError;
import io.directord.server.access.Caller;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * What the API may ask of the dispatcher. Every method may be called from any thread and returns at
 * once; futures complete on the dispatcher's or the store's thread, so what is chained to them must
 * be short. A future fails with {@link RefusedException} if the request makes no sense; one of a
 * request that changes something also if that is not known to be kept after 40 seconds, with {@link
 * RefusedException.Kind#UNDECIDED}: it may be done all the same. That the caller may ask was found
 * at the door where it did.
 */
public interface Dispatch {

  /**
   * Takes these jobs, in this order; completes once the store has them safely. Jobs whose id is
   * known already, with the same fingerprint, are left as they are, so a submission may be sent
   * again. A target that is not enrolled, by whatever job, has them all refused.
   */
  CompletableFuture<Receipt> submit(Caller caller, List<Job> jobs);

  /** What would be in the way of these jobs now; they are neither kept nor run. */
  CompletableFuture<List<ValidationError>> check(Caller caller, List<Job> jobs);

  /** What keeps the server from its work at present, a sentence each; it goes on by itself. */
  List<String> warnings();

  /** All enrolled nodes, sorted by name. */
  CompletableFuture<List<NodeView>> nodes(Caller caller);

  /** The clients that lately tried to join and may not, the latest first. */
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
    return jobs(caller, parent, Integer.MAX_VALUE);
  }

  /** The newest of them, no more than a number. */
  CompletableFuture<List<JobSummary>> jobs(Caller caller, UUID parent, int limit);

  /**
   * One job with its results. The results are read from the store whenever the list is asked for
   * one, and never held together: whoever goes through them more than once may want a copy.
   */
  CompletableFuture<JobView> job(Caller caller, UUID id);

  /** How long a job, the jobs of a parent, or all jobs if it is null, took and where. */
  CompletableFuture<Analysis> analysis(Caller caller, UUID jobOrParent);

  /** Ends a job, or all jobs of a parent, wherever they have not ended; the jobs concerned. */
  CompletableFuture<List<UUID>> cancel(Caller caller, UUID jobOrParent);

  /** Forgets ended jobs; how many. */
  CompletableFuture<Integer> purgeJobs(Caller caller);

  /** Forgets a node and its key, or all nodes if null; how many. It may enrol again. */
  CompletableFuture<Integer> forgetNodes(Caller caller, String identity);

  /**
   * Sends events to the sink until the subscription is closed: first what has already happened to
   * the filter's parents and still matters to a follower (jobs that ended, nodes that answered),
   * then what happens. The sink is called on the dispatcher's thread and must not block.
   */
  Subscription follow(Caller caller, EventFilter filter, Consumer<Event> sink);

  /** Ends a following; may be called from any thread, more than once. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}

package io.directord.server.store;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import io.directord.common.validation.FirstNames;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

/**
 * After damage: finds missing jobs, results and nodes by references to them, names them in the log,
 * and notes them in the store, so that requests for them get that reason.
 */
final class Losses {
  private static final System.Logger LOG = System.getLogger(Losses.class.getName());

  private final StoreEntries store;
  private final List<String> named = new ArrayList<>();

  Losses(StoreEntries store) {
    this.store = store;
  }

  /**
   * A job whose definition is lost.
   *
   * @param summary null if that is lost too, or the job had not ended
   */
  record Found(long seq, JobSummary summary) {}

  /** The stored note of a lost job. */
  record LostJob(String title, Instant foundAt) {
    /** For who asks for a job of which nothing is left, not even its id. */
    String sentenceOfAny(String beginning) {
      return "there is no job "
          + beginning
          + "; it may have been lost when the server's store was damaged, which was found at "
          + foundAt;
    }

    /** For who asks for it. */
    String sentence(String id) {
      return "job "
          + id
          + (title == null ? "" : " (" + title + ")")
          + " was lost when the server's store was damaged, which was found at "
          + foundAt;
    }
  }

  /**
   * Must be followed by a commit.
   *
   * @param inUse whether a server holds jobs that have not ended: {@link #makeGood} follows
   */
  void note(boolean inUse) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    store.putDamage(now);
    name("jobs ", jobs(now));
    FirstNames resultsOnly = new FirstNames();
    store.removeResultsOfNoJob().forEach(seq -> resultsOnly.add(String.valueOf(seq)));
    name(
        "jobs of which results alone are left, and are removed, submitted as number ", resultsOnly);
    Set<String> targets = new TreeSet<>();
    FirstNames results = new FirstNames();
    FirstNames unended = new FirstNames();
    for (StoredJob job : store.allJobs()) {
      targets.addAll(job.targets());
      store
          .summary(job.seq())
          .ifPresentOrElse(
              summary -> results(job, summary, results),
              () -> unended.add(job.job().id() + " (" + JobTitle.of(job.job()).line() + ")"));
    }
    name("results of ", results);
    if (!inUse) {
      name("perhaps results of these jobs, which are open now, as their nodes will say: ", unended);
    }
    store.nodes().forEach(node -> targets.remove(node.identity()));
    FirstNames unknown = new FirstNames();
    targets.forEach(unknown::add);
    if (!inUse) {
      name(
          "it may be that the enrolment is lost of nodes that jobs name, so that who joins by such"
              + " a name first has it: ",
          unknown);
    }
    tell();
  }

  /**
   * Puts back what the server holds, and says of the jobs that it does not hold, since they have
   * ended, which results are lost.
   */
  void makeGood(Change.MakeGood held) throws IOException {
    FirstNames back = new FirstNames();
    FirstNames lost = new FirstNames();
    for (StoredNode node : held.nodes()) {
      if (store.putBack(node)) {
        back.add("node " + node.identity());
      }
    }
    Set<Long> live = new HashSet<>();
    for (Change.Held one : held.jobs()) {
      live.add(one.job().seq());
      if (store.putBack(one.job())) {
        back.add("job " + one.job().job().id());
      }
      lost(one.job(), putLost(one.job(), one.told()::get), lost);
    }
    for (StoredJob job : store.unended()) {
      if (!live.contains(job.seq())) {
        lost(job, putLost(job, target -> true), lost);
        store.putSummary(job.seq(), summary(job));
        store.commitSome();
      }
    }
    name("results of ", lost);
    tell();
    if (!back.isEmpty()) {
      LOG.log(Level.WARNING, "what this server holds is back in {0}: {1}", store.location(), back);
    }
  }

  private static void lost(StoredJob job, FirstNames nodes, FirstNames to) {
    if (!nodes.isEmpty()) {
      to.add("job " + job.job().id() + " (" + JobTitle.of(job.job()).line() + ") on " + nodes);
    }
  }

  /** Notes the missing results of these targets. */
  private FirstNames putLost(StoredJob job, IntPredicate which) throws IOException {
    Set<Integer> answered = store.answered(job.seq());
    FirstNames nodes = new FirstNames();
    for (int target = 0; target < job.targets().size(); target++) {
      if (which.test(target) && !answered.contains(target)) {
        nodes.add(job.targets().get(target));
        store.putResult(job.seq(), target, lost(job.targets().get(target), null));
        store.commitSome();
      }
    }
    return nodes;
  }

  /** Of a job that has ended, by its results. */
  private JobSummary summary(StoredJob job) {
    JobCounts counts = JobCounts.of(job.targets().size());
    Duration execution = Duration.ZERO;
    Duration roundtrip = Duration.ZERO;
    Instant endedAt = job.submittedAt();
    for (int target : store.answered(job.seq())) {
      NodeOutcome result = store.result(job.seq(), target).orElseThrow();
      counts = counts.plus(result);
      execution = Collections.max(List.of(execution, result.executionTime()));
      roundtrip = Collections.max(List.of(roundtrip, result.roundtripTime()));
      if (result.endedAt() != null && result.endedAt().isAfter(endedAt)) {
        endedAt = result.endedAt();
      }
    }
    return job.summary(
        JobTitle.of(job.job()),
        JobProgress.ENDED,
        counts,
        new JobTimes(execution, roundtrip, endedAt));
  }

  private void tell() {
    if (!named.isEmpty()) {
      LOG.log(
          Level.ERROR,
          "the damage of the store {0} has taken: {1}",
          store.location(),
          String.join("; ", named));
    }
  }

  /** Of a job that has ended, the summary stays: the lists show it, with all results lost. */
  private FirstNames jobs(Instant now) {
    FirstNames jobs = new FirstNames();
    store
        .lostJobs()
        .forEach(
            (id, found) -> {
              JobSummary summary = found.summary();
              String title = summary == null ? null : summary.title().line();
              store.putLost(id, new LostJob(title, now));
              if (summary != null) {
                store.putSummary(found.seq(), summary.withResultsLost(summary.targets()));
              }
              jobs.add(id + (title == null ? "" : " (" + title + ")"));
            });
    return jobs;
  }

  /** A job that has ended has a result of every target. */
  private void results(StoredJob job, JobSummary summary, FirstNames lost) {
    Set<Integer> answered = store.answered(job.seq());
    FirstNames nodes = new FirstNames();
    for (int target = 0; target < job.targets().size(); target++) {
      if (!answered.contains(target)) {
        nodes.add(job.targets().get(target));
        store.putResult(job.seq(), target, lost(job.targets().get(target), summary));
      }
    }
    if (!nodes.isEmpty()) {
      store.putSummary(
          job.seq(), summary.withResultsLost(summary.counts().resultsLost() + nodes.count()));
      lost.add("job " + summary.id() + " (" + summary.title().line() + ") on " + nodes);
    }
  }

  /** Replaces a lost result. */
  static NodeOutcome lost(String node, JobSummary summary) {
    boolean succeeded = summary != null && summary.succeeded() == summary.targets();
    boolean known = succeeded || summary != null && summary.failed() == summary.targets();
    return NodeOutcome.withoutRun(
        node,
        succeeded ? NodeOutcome.State.SUCCEEDED : NodeOutcome.State.FAILED,
        succeeded ? null : known ? Outcome.Reason.ERROR : Outcome.Reason.RESULT_LOST,
        "this result was lost when the server's store was damaged"
            + (known ? "" : "; whether it was a success is not known"));
  }

  private void name(String what, FirstNames those) {
    if (!those.isEmpty()) {
      named.add(what + those);
    }
  }
}

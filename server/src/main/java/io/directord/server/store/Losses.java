package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * After damage: finds missing jobs, results and nodes by references to them, names them in the log,
 * and notes them in the store, so that requests for them get that reason.
 */
final class Losses {
  private static final System.Logger LOG = System.getLogger(Losses.class.getName());

  /** Maximum number of names; more are only counted. */
  private static final int MAX_NAMED = 20;

  private final EmbeddedStore store;
  private final List<String> named = new ArrayList<>();

  Losses(EmbeddedStore store) {
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

  /** Must be followed by a commit. */
  void note() {
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    store.putDamage(now);
    name("jobs ", jobs(now));
    name(
        "jobs of which results alone are left, and are removed, submitted as number ",
        store.removeResultsOfNoJob().stream().map(String::valueOf).toList());
    Set<String> targets = new TreeSet<>();
    List<String> results = new ArrayList<>();
    List<String> unended = new ArrayList<>();
    for (StoredJob job : store.allJobs()) {
      targets.addAll(job.targets());
      store
          .summary(job.seq())
          .ifPresentOrElse(
              summary -> results(job, summary, results),
              () -> unended.add(job.job().id() + " (" + JobTitle.of(job.job()).line() + ")"));
    }
    name("results of ", results);
    name("perhaps results of these jobs, which are open now, as their nodes will say: ", unended);
    store.nodes().forEach(node -> targets.remove(node.identity()));
    name(
        "it may be that the enrolment is lost of nodes that jobs name, so that who joins by such a"
            + " name first has it: ",
        List.copyOf(targets));
    if (!named.isEmpty()) {
      LOG.log(
          Level.ERROR,
          "the damage of the store {0} has taken: {1}",
          store.location(),
          String.join("; ", named));
    }
  }

  /** Of a job that has ended, the summary stays: the lists show it, with all results lost. */
  private List<String> jobs(Instant now) {
    List<String> jobs = new ArrayList<>();
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
  private void results(StoredJob job, JobSummary summary, List<String> lost) {
    Set<Integer> answered = store.answered(job.seq());
    List<String> nodes = new ArrayList<>();
    for (int target = 0; target < job.targets().size(); target++) {
      if (!answered.contains(target)) {
        nodes.add(job.targets().get(target));
        store.putResult(job.seq(), target, lost(job.targets().get(target), summary));
      }
    }
    if (!nodes.isEmpty()) {
      store.putSummary(
          job.seq(), summary.withResultsLost(summary.counts().resultsLost() + nodes.size()));
      lost.add("job " + summary.id() + " (" + summary.title().line() + ") on " + few(nodes));
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

  private void name(String what, List<String> those) {
    if (!those.isEmpty()) {
      named.add(what + few(those));
    }
  }

  private static String few(List<String> names) {
    String first = names.stream().limit(MAX_NAMED).collect(Collectors.joining(", "));
    return names.size() <= MAX_NAMED
        ? first
        : first + " and " + (names.size() - MAX_NAMED) + " more";
  }
}

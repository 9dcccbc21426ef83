package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Explanation;
import io.directord.common.api.Explanation.NodeExplanation;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.JobJson;
import io.directord.common.job.UrlPasswords;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/** Questions about jobs, answered from the store and from newer state of the core. */
final class Queries {
  private Queries() {}

  /**
   * The newest jobs, or those of a parent.
   *
   * @param before only those that were submitted before that job; null for all
   * @param live the newest of them that have not ended, by number
   */
  record Jobs(UUID parent, UUID before, int limit, Map<Long, JobSummary> live)
      implements Question<Bodies.Jobs> {
    @Override
    public Bodies.Jobs answer(JobStore store) {
      long end =
          before == null
              ? Long.MAX_VALUE
              : store.job(before).orElseThrow(() -> unknown(before, store)).seq();
      NavigableSet<Long> seqs = new TreeSet<>(live.keySet());
      int more;
      if (parent == null) {
        seqs.removeIf(seq -> store.summary(seq).isPresent());
        more = seqs.size() + store.endedJobs(end);
        seqs.addAll(store.lastEnded(end, limit));
      } else {
        seqs.addAll(store.seqs(parent));
        seqs = seqs.headSet(end, false);
        more = seqs.size();
      }
      Deque<JobSummary> jobs = new ArrayDeque<>();
      for (long seq : seqs.descendingSet()) {
        if (jobs.size() == limit) {
          break;
        }
        more--;
        JobSummary summary = store.summary(seq).orElse(live.get(seq));
        if (summary != null) { // otherwise deleted meanwhile
          jobs.addFirst(summary);
        }
      }
      return new Bodies.Jobs(List.copyOf(jobs), more);
    }
  }

  /**
   * One job.
   *
   * @param live its live state; null if it has ended
   * @param unanswered its state on targets whose results are not stored yet
   */
  record OneJob(UUID id, JobSummary live, List<NodeOutcome> unanswered)
      implements Question<JobView> {

    @Override
    public JobView answer(JobStore store) {
      StoredJob stored = store.job(id).orElseThrow(() -> unknown(id, store));
      // It may have been deleted since its definition was read.
      JobSummary summary =
          store
              .summary(stored.seq())
              .or(() -> Optional.ofNullable(live))
              .orElseThrow(() -> unknown(id, store));
      return new JobView(
          summary,
          UrlPasswords.hidden(JobJson.write(stored.job())),
          stored.submittedBy(),
          stored.resolved().leftOut(),
          stored.resolved().limit(),
          stored.resolved().forgotten(),
          results(store, stored));
    }

    private List<NodeOutcome> results(JobStore store, StoredJob job) {
      Set<Integer> answered = store.answered(job.seq());
      List<StoredResults.Row> rows = new ArrayList<>();
      for (int i = 0; i < job.targets().size(); i++) {
        boolean has = answered.contains(i);
        if (has || i < unanswered.size()) {
          NodeOutcome stands = has ? null : unanswered.get(i);
          rows.add(new StoredResults.Row(i, job.targets().get(i), stands));
        }
      }
      rows.sort(Comparator.comparing(StoredResults.Row::node));
      return new StoredResults(store, id, job.seq(), rows);
    }
  }

  private static RefusedException unknown(UUID id, JobStore store) {
    return new RefusedException(
        RefusedException.Kind.NOT_FOUND,
        ErrorCode.UNKNOWN_JOB,
        store.lost(id.toString()).orElse("there is no job " + id));
  }

  /**
   * One job on one node.
   *
   * @param unanswered its state there while its result is not stored; null if it has ended
   */
  record OneResult(UUID id, String node, NodeOutcome unanswered) implements Question<NodeOutcome> {

    @Override
    public NodeOutcome answer(JobStore store) {
      StoredJob stored = store.job(id).orElseThrow(() -> unknown(id, store));
      requireTarget(id, node, stored);
      int at = stored.targets().indexOf(node);
      return store
          .result(stored.seq(), at)
          .or(() -> Optional.ofNullable(unanswered))
          .orElseThrow(() -> unknown(id, store));
    }
  }

  /**
   * How a job stands on its nodes.
   *
   * @param node null for all its targets
   * @param live null if it has ended
   * @param lines of the nodes on which it has not ended
   */
  record Explain(UUID id, String node, JobSummary live, Map<String, NodeExplanation> lines)
      implements Question<Explanation> {
    @Override
    public Explanation answer(JobStore store) {
      StoredJob stored = store.job(id).orElseThrow(() -> unknown(id, store));
      if (node != null) {
        requireTarget(id, node, stored);
      }
      JobSummary summary =
          store
              .summary(stored.seq())
              .or(() -> Optional.ofNullable(live))
              .orElseThrow(() -> unknown(id, store));
      List<NodeExplanation> all = new ArrayList<>();
      for (int i = 0; i < stored.targets().size(); i++) {
        String target = stored.targets().get(i);
        if (node == null || node.equals(target)) {
          all.add(line(store, stored.seq(), i, target));
        }
      }
      all.sort(Comparator.comparing(NodeExplanation::node));
      return new Explanation(summary, all);
    }

    private NodeExplanation line(JobStore store, long seq, int at, String target) {
      NodeExplanation line = lines.get(target);
      if (line != null) {
        return line;
      }
      return store
          .result(seq, at)
          .map(end -> new NodeExplanation(target, end.state(), Standing.ended(end), false))
          .orElseGet(
              () ->
                  new NodeExplanation(
                      target,
                      NodeOutcome.State.WAITING,
                      "has not ended as far as is known",
                      false));
    }
  }

  private static void requireTarget(UUID id, String node, StoredJob job) {
    if (!job.targets().contains(node)) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          ErrorCode.UNKNOWN_NODE,
          new Place.Key("node")
              .error("job " + id + " is not for node " + node + Nearest.hint(node, job.targets())));
    }
  }

  /**
   * How long a job, the jobs of a parent, or all jobs took.
   *
   * @param live those that have not ended, or had not
   */
  record Analyse(UUID jobOrParent, Collection<LiveJob> live) implements Question<Analysis> {
    @Override
    public Analysis answer(JobStore store) {
      // Before the store is read, which by then has those that are not live any more.
      Map<Long, JobSummary> jobs = new TreeMap<>();
      live.forEach(job -> jobs.put(job.seq(), job.summaryForLists()));
      Optional<Long> one = Optional.ofNullable(jobOrParent).flatMap(store::job).map(StoredJob::seq);
      for (long seq : one.isPresent() ? List.of(one.get()) : store.seqs(jobOrParent)) {
        store.summary(seq).ifPresent(summary -> jobs.put(seq, summary));
      }
      Analyst analyst = new Analyst();
      jobs.forEach((seq, summary) -> analyst.add(summary, oneByOne(store, seq)));
      if (analyst.sawNothing()) {
        throw new RefusedException(
            RefusedException.Kind.NOT_FOUND,
            ErrorCode.UNKNOWN_JOB,
            jobOrParent == null
                ? "there is no job yet"
                : "there is no job or parent " + jobOrParent);
      }
      return analyst.result(jobOrParent);
    }

    /** The results of a job, read one at a time. */
    private static Iterable<NodeOutcome> oneByOne(JobStore store, long seq) {
      return () ->
          store.answered(seq).stream().flatMap(at -> store.result(seq, at).stream()).iterator();
    }
  }
}

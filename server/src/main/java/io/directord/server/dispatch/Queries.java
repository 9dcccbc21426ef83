package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.JobJson;
import io.directord.common.job.UrlPasswords;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.util.ArrayDeque;
import java.util.ArrayList;
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
   * @param live those that have not ended, by number
   */
  record Jobs(UUID parent, int limit, Map<Long, JobSummary> live)
      implements Question<List<JobSummary>> {
    @Override
    public List<JobSummary> answer(JobStore store) {
      NavigableSet<Long> seqs = new TreeSet<>(store.seqs(parent));
      seqs.addAll(live.keySet());
      Deque<JobSummary> jobs = new ArrayDeque<>();
      for (long seq : seqs.descendingSet()) {
        if (jobs.size() == limit) {
          break;
        }
        JobSummary summary = store.summary(seq).orElse(live.get(seq));
        if (summary != null) { // otherwise deleted meanwhile
          jobs.addFirst(summary);
        }
      }
      return List.copyOf(jobs);
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

    /**
     * @param live null if it has ended
     */
    static OneJob of(UUID id, LiveJob live) {
      return live == null
          ? new OneJob(id, null, List.of())
          : new OneJob(
              id,
              live.summaryForAskers(),
              live.assignments().stream().map(Assignment::unanswered).toList());
    }

    @Override
    public JobView answer(JobStore store) {
      StoredJob stored = store.job(id).orElseThrow(() -> unknown(store));
      // It may have been deleted since its definition was read.
      JobSummary summary =
          store
              .summary(stored.seq())
              .or(() -> Optional.ofNullable(live))
              .orElseThrow(() -> unknown(store));
      return new JobView(
          summary,
          UrlPasswords.hidden(JobJson.write(stored.job())),
          stored.submittedBy(),
          stored.resolved().leftOut(),
          results(store, stored));
    }

    private RefusedException unknown(JobStore store) {
      return new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          store.lost(id.toString()).orElse("there is no job " + id));
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

  /**
   * How long a job, the jobs of a parent, or all jobs took.
   *
   * @param live those that have not ended, by number
   */
  record Analyse(UUID jobOrParent, Map<Long, JobSummary> live) implements Question<Analysis> {
    @Override
    public Analysis answer(JobStore store) {
      Map<Long, JobSummary> jobs = new TreeMap<>(live);
      Optional<Long> one = Optional.ofNullable(jobOrParent).flatMap(store::job).map(StoredJob::seq);
      for (long seq : one.isPresent() ? List.of(one.get()) : store.seqs(jobOrParent)) {
        store.summary(seq).ifPresent(summary -> jobs.put(seq, summary));
      }
      Analyst analyst = new Analyst();
      jobs.forEach((seq, summary) -> analyst.add(summary, oneByOne(store, seq)));
      if (analyst.sawNothing()) {
        throw new RefusedException(
            RefusedException.Kind.NOT_FOUND,
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

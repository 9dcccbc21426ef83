package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.JobJson;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Answers questions about jobs from the store, on a thread of its own, so that nobody waits for the
 * disk. What is not in the store yet, the dispatcher's thread says when it asks.
 */
final class Queries implements AutoCloseable {
  /** Questions of askers; more are refused. */
  private static final int MAX_WAITING = 100;

  private final JobStore store;
  private final References references;
  private final ThreadPoolExecutor reader;

  Queries(JobStore store) {
    this.store = store;
    this.references = new References(store);
    this.reader =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "store-reader");
              thread.setDaemon(true);
              return thread;
            });
    reader.allowCoreThreadTimeOut(true);
  }

  /** What a reference stands for. */
  void find(String reference, boolean jobsOnly, CompletableFuture<UUID> answer) {
    read(answer, () -> references.find(reference, jobsOnly));
  }

  /** The newest jobs, or those of a parent; to be called on the dispatcher's thread. */
  void jobs(UUID parent, int limit, JobBook book, CompletableFuture<List<JobSummary>> answer) {
    Map<Long, JobSummary> live = new TreeMap<>();
    for (LiveJob job : book.all()) {
      if (parent == null || job.parentId().equals(parent)) {
        live.put(job.seq(), job.summaryForAskers());
      }
    }
    read(answer, () -> newest(parent, limit, live));
  }

  private List<JobSummary> newest(UUID parent, int limit, Map<Long, JobSummary> live) {
    NavigableSet<Long> seqs = new TreeSet<>(store.seqs(parent));
    seqs.addAll(live.keySet());
    Deque<JobSummary> jobs = new ArrayDeque<>();
    for (long seq : seqs.descendingSet()) {
      if (jobs.size() == limit) {
        break;
      }
      JobSummary summary = store.summary(seq).orElse(live.get(seq));
      if (summary != null) { // else forgotten meanwhile
        jobs.addFirst(summary);
      }
    }
    return List.copyOf(jobs);
  }

  /** One job; to be called on the dispatcher's thread. */
  void job(UUID id, JobBook book, CompletableFuture<JobView> answer) {
    LiveJob live = book.find(id);
    JobSummary summary = live == null ? null : live.summaryForAskers();
    List<NodeOutcome> unanswered =
        live == null ? List.of() : live.assignments().stream().map(Assignment::unanswered).toList();
    read(answer, () -> view(id, summary, unanswered));
  }

  private JobView view(UUID id, JobSummary live, List<NodeOutcome> unanswered) {
    StoredJob stored = store.job(id).orElseThrow(() -> unknown(id));
    JobSummary summary = store.summary(stored.seq()).orElse(live);
    if (summary == null) {
      // Forgotten since its definition was read.
      throw unknown(id);
    }
    return new JobView(
        summary,
        JobJson.write(stored.job()),
        stored.submittedBy(),
        stored.resolved().leftOut(),
        results(stored, unanswered));
  }

  private static RefusedException unknown(UUID id) {
    return new RefusedException(RefusedException.Kind.NOT_FOUND, "there is no job " + id);
  }

  private List<NodeOutcome> results(StoredJob job, List<NodeOutcome> unanswered) {
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
    return new StoredResults(store, job.job().id(), job.seq(), rows);
  }

  /**
   * How long a job, the jobs of a parent, or all jobs took; to be called on the dispatcher's
   * thread.
   */
  void analysis(UUID jobOrParent, JobBook book, CompletableFuture<Analysis> answer) {
    Map<Long, JobSummary> live = new TreeMap<>();
    for (LiveJob job : jobOrParent == null ? book.all() : book.jobOrParent(jobOrParent)) {
      live.put(job.seq(), job.summary());
    }
    read(answer, () -> analysis(jobOrParent, live));
  }

  private Analysis analysis(UUID jobOrParent, Map<Long, JobSummary> jobs) {
    Optional<Long> one = Optional.ofNullable(jobOrParent).flatMap(store::job).map(StoredJob::seq);
    for (long seq : one.isPresent() ? List.of(one.get()) : store.seqs(jobOrParent)) {
      store.summary(seq).ifPresent(summary -> jobs.put(seq, summary));
    }
    Analyst analyst = new Analyst();
    jobs.forEach((seq, summary) -> analyst.add(summary, oneByOne(seq)));
    if (analyst.sawNothing()) {
      throw new RefusedException(
          RefusedException.Kind.NOT_FOUND,
          jobOrParent == null ? "there is no job yet" : "there is no job or parent " + jobOrParent);
    }
    return analyst.result(jobOrParent);
  }

  /** The results of a job, of which only one need be in memory. */
  private Iterable<NodeOutcome> oneByOne(long seq) {
    return () ->
        store.answered(seq).stream().flatMap(at -> store.result(seq, at).stream()).iterator();
  }

  private <T> void read(CompletableFuture<T> answer, Supplier<T> question) {
    if (reader.getQueue().size() < MAX_WAITING) {
      readForNodes(answer, question);
    } else {
      answer.completeExceptionally(
          new RefusedException(
              RefusedException.Kind.FULL, "too many questions at once: ask again in a moment"));
    }
  }

  /** Runs it on the reader's thread, however many askers there are. */
  <T> void readForNodes(CompletableFuture<T> answer, Supplier<T> question) {
    try {
      reader.execute(
          () -> {
            try {
              answer.complete(question.get());
            } catch (RuntimeException e) {
              answer.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      answer.completeExceptionally(
          new RefusedException(RefusedException.Kind.FULL, "the server ends"));
    }
  }

  @Override
  public void close() {
    reader.shutdown();
  }
}

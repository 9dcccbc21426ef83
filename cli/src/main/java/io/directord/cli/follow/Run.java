package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Submitted jobs and what is known of them so far. Events may come twice, since the server tells
 * again what has happened when it is followed anew. Guarded by its own lock: the progress bar reads
 * it on another thread.
 */
public final class Run {

  /** How far one job is. */
  public static final class Progress {
    private final Job job;
    private final Map<String, NodeOutcome> answers = new LinkedHashMap<>();
    private JobSummary summary;

    private Progress(Job job) {
      this.job = job;
    }

    public Job job() {
      return job;
    }

    /** The last that the server said; null before it said anything. */
    public JobSummary summary() {
      return summary;
    }

    public boolean ended() {
      return summary != null && !summary.processing();
    }

    public boolean failed() {
      return ended() && summary.failed() > 0;
    }

    /** What nodes answered, by node, in the order in which they did. */
    public Map<String, NodeOutcome> answers() {
      return answers;
    }
  }

  private final Map<UUID, Progress> jobs = new LinkedHashMap<>();
  private final Map<UUID, Integer> liveByParent = new HashMap<>();

  public Run(List<Job> submitted) {
    for (Job job : submitted) {
      jobs.put(job.id(), new Progress(job));
      liveByParent.merge(job.parent().id(), 1, Integer::sum);
    }
  }

  /**
   * Takes an event in.
   *
   * @return false if it is about another job, or was known already
   */
  public synchronized boolean apply(Event event) {
    if (event instanceof Event.JobTaken taken) {
      return summarize(taken.job());
    }
    if (event instanceof Event.JobEnded ended) {
      return summarize(ended.job());
    }
    if (event instanceof Event.NodeAnswered answered) {
      Progress progress = jobs.get(answered.jobId());
      NodeOutcome outcome = answered.outcome();
      return progress != null && !outcome.equals(progress.answers.put(outcome.node(), outcome));
    }
    return event instanceof Event.JobOutput output && jobs.containsKey(output.jobId())
        || event instanceof Event.JobRunning running && jobs.containsKey(running.jobId());
  }

  public synchronized boolean ended() {
    return liveByParent.isEmpty();
  }

  /** In the order of submission. */
  public synchronized List<Progress> jobs() {
    return List.copyOf(jobs.values());
  }

  public synchronized Progress job(UUID id) {
    return jobs.get(id);
  }

  /** Submissions of which some job has not ended. */
  public synchronized Set<UUID> liveParents() {
    return Set.copyOf(liveByParent.keySet());
  }

  public synchronized boolean anyFailed() {
    return jobs.values().stream().anyMatch(Progress::failed);
  }

  private boolean summarize(JobSummary summary) {
    Progress progress = jobs.get(summary.id());
    if (progress == null || progress.ended()) {
      return false;
    }
    progress.summary = summary;
    if (progress.ended()) {
      liveByParent.computeIfPresent(
          progress.job.parent().id(), (parent, live) -> live == 1 ? null : live - 1);
    }
    return true;
  }
}

package io.directord.cli.follow;

import io.directord.cli.output.Display;
import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Submitted jobs and what is known of them so far. Events may come twice, since the server repeats
 * them after a reconnect. Thread-safe: the progress bar reads it on another thread.
 */
public final class Run {

  private static final int SHORT_ID = 8;
  private static final int MAX_TITLE = 40;

  /** The state of one job. */
  public static final class Progress {
    private final Job job;
    private final Map<String, NodeOutcome> answers = new LinkedHashMap<>();
    private List<String> targets;
    private final Set<String> skipped = new TreeSet<>();
    private final Set<String> changed = new TreeSet<>();
    private final Set<String> retried = new TreeSet<>();
    private final Set<String> cut = new TreeSet<>();
    private JobSummary summary;

    private Progress(Job job) {
      this.job = job;
      this.targets = job.runOnce() ? first(job.targets()) : job.targets();
    }

    public Job job() {
      return job;
    }

    /** The latest summary; null before the first event. */
    public JobSummary summary() {
      return summary;
    }

    public boolean ended() {
      return summary != null && !summary.processing();
    }

    public boolean failed() {
      return ended() && summary.failed() > 0;
    }

    /** Results by node, in the order of their arrival. */
    public Map<String, NodeOutcome> answers() {
      return answers;
    }

    /** The target nodes; empty if not known. */
    public List<String> targets() {
      return targets;
    }

    /** Nodes that skipped the job. */
    public Set<String> skipped() {
      return skipped;
    }

    /** Nodes that are known to have been changed by the job. */
    public Set<String> changed() {
      return changed;
    }

    /** Nodes on which the job was tried more than once. */
    public Set<String> retried() {
      return retried;
    }

    /** Nodes whose output was cut or lost. */
    public Set<String> cut() {
      return cut;
    }

    /** Nodes whose client died while the job was running, and with it the output. */
    public Set<String> lostOutput() {
      return answers.values().stream()
          .filter(answer -> answer.details().lostOutput())
          .map(NodeOutcome::node)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The first characters of the id, which usually are unambiguous on a server. */
    public String shortId() {
      return job.id().toString().substring(0, SHORT_ID);
    }

    /** The title shown to people. */
    public String title() {
      return JobTitle.of(job).line();
    }

    /** The beginning of a line about the job: short id and title. */
    public String label() {
      return shortId() + " " + Display.cut(title(), MAX_TITLE);
    }

    private void taken(List<String> everyNode) {
      if (job.targets().isEmpty()) {
        targets = job.runOnce() ? first(everyNode) : everyNode;
      }
    }

    private void answered(NodeOutcome outcome) {
      answers.put(outcome.node(), outcome);
      EndedNodes.Builder named = new EndedNodes.Builder();
      named.add(outcome.node(), outcome.state(), outcome.details());
      add(named.build());
    }

    private void add(EndedNodes named) {
      skipped.addAll(named.skipped());
      changed.addAll(named.changed());
      retried.addAll(named.retried());
      cut.addAll(named.cut());
    }

    private boolean waitsFor(String node) {
      return !ended() && !answers.containsKey(node) && targets.contains(node);
    }

    private static List<String> first(List<String> names) {
      return names.isEmpty() ? names : names.subList(0, 1);
    }
  }

  private final Map<UUID, Progress> jobs = new LinkedHashMap<>();
  private final Map<UUID, Integer> liveByParent = new HashMap<>();
  private Set<String> leftOut = Set.of();
  private boolean taken;
  private long gaps;
  private long missingLines;

  public Run(List<Job> submitted) {
    for (Job job : submitted) {
      jobs.put(job.id(), new Progress(job));
      liveByParent.merge(job.parent().id(), 1, Integer::sum);
    }
  }

  /** Notes that the server has accepted the jobs. */
  public synchronized void taken(Receipt receipt) {
    jobs.values().forEach(progress -> progress.taken(receipt.everyNode()));
    leftOut = new TreeSet<>(receipt.leftOut());
    taken = true;
  }

  /** Whether the server has accepted the jobs. */
  public synchronized boolean isTaken() {
    return taken;
  }

  /** Nodes that had expired, so that jobs for every node left them out. */
  public synchronized Set<String> leftOut() {
    return leftOut;
  }

  /** Nodes on which some job has not ended, as far as is known. */
  public synchronized Set<String> awaited() {
    Set<String> names = new HashSet<>();
    Set<List<String>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Progress progress : jobs.values()) {
      if (!progress.ended() && (!progress.answers.isEmpty() || seen.add(progress.targets))) {
        progress.targets.stream()
            .filter(node -> !progress.answers.containsKey(node))
            .forEach(names::add);
      }
    }
    return names;
  }

  /** Whether some job has not ended on that node, as far as is known. */
  public synchronized boolean waitsFor(String node) {
    return jobs.values().stream().anyMatch(progress -> progress.waitsFor(node));
  }

  /** Adds the results of a job that was requested from the server. */
  public synchronized void learn(JobView view) {
    Progress progress = jobs.get(view.summary().id());
    if (progress != null) {
      view.nodes().stream().filter(node -> node.state().ended()).forEach(progress::answered);
    }
  }

  /**
   * Applies an event.
   *
   * @return false if it is about another job, or was known already
   */
  public synchronized boolean apply(Event event) {
    if (event instanceof Event.JobTaken taken) {
      return summarize(taken.job());
    }
    if (event instanceof Event.JobEnded ended) {
      return ended(ended);
    }
    if (event instanceof Event.NodeAnswered answered) {
      Progress progress = jobs.get(answered.jobId());
      NodeOutcome outcome = answered.outcome();
      if (progress == null || outcome.equals(progress.answers.get(outcome.node()))) {
        return false;
      }
      progress.answered(outcome);
      return true;
    }
    return event instanceof Event.JobOutput output && jobs.containsKey(output.jobId())
        || event instanceof Event.JobRunning running && jobs.containsKey(running.jobId());
  }

  /**
   * Notes that output is missing.
   *
   * @param lines of it, as far as they were counted
   */
  public synchronized void outputMissing(long lines) {
    gaps++;
    missingLines += lines;
  }

  /** Number of places where output is missing. */
  public synchronized long gaps() {
    return gaps;
  }

  /** Number of missing lines, as far as they were counted. */
  public synchronized long missingLines() {
    return missingLines;
  }

  /** Whether the run has one job only. */
  public boolean isOne() {
    return jobs.size() == 1;
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

  /** Parents with jobs that have not ended. */
  public synchronized Set<UUID> liveParents() {
    return Set.copyOf(liveByParent.keySet());
  }

  /** Whether some output was cut. */
  public synchronized boolean anyCut() {
    return jobs.values().stream().anyMatch(progress -> !progress.cut.isEmpty());
  }

  /** Whether results were lost because the server's store was damaged. */
  public synchronized boolean anyResultsLost() {
    return jobs.values().stream()
        .anyMatch(progress -> progress.ended() && progress.summary.counts().resultsLost() > 0);
  }

  /** Whether changes are known for some job. */
  public synchronized boolean knowsChanges() {
    return jobs.values().stream()
        .anyMatch(progress -> progress.ended() && progress.summary.counts().runs().knowsChanges());
  }

  public synchronized boolean anyFailed() {
    return jobs.values().stream().anyMatch(Progress::failed);
  }

  private boolean ended(Event.JobEnded event) {
    if (!summarize(event.job())) {
      return false;
    }
    jobs.get(event.job().id()).add(event.named());
    return true;
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

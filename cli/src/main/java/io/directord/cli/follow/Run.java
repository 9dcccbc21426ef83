package io.directord.cli.follow;

import io.directord.cli.output.Display;
import io.directord.common.api.Bodies;
import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Receipt;
import io.directord.common.api.ResolvedTargets;
import io.directord.common.api.RunState;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
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

  private static final int MAX_TITLE = 40;

  /** Characters of a result's standard error that are kept, to say why a job failed. */
  private static final int MAX_STDERR = 4 << 10;

  /** The state of one job. */
  public static final class Progress {
    private final Job job;
    private final int number;
    private final Map<String, NodeOutcome> answers = new LinkedHashMap<>();
    private List<String> targets;
    private final Set<String> skipped = new TreeSet<>();
    private final Set<String> changed = new TreeSet<>();
    private final Set<String> retried = new TreeSet<>();
    private final Set<String> cut = new TreeSet<>();
    private final Set<String> notBegun;
    private JobSummary summary;

    private Progress(Job job, int number, Set<String> notBegun) {
      this.job = job;
      this.number = number;
      this.notBegun = notBegun;
      this.targets = job.runOnce() ? first(job.targets()) : job.targets();
    }

    public Job job() {
      return job;
    }

    /** Its place in the order of submission, from 1. */
    int number() {
      return number;
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

    /** Whether it has failed on some node, also if it has not ended on others. */
    public boolean failedSomewhere() {
      return ended()
          ? failed()
          : answers.values().stream().anyMatch(one -> one.state() == NodeOutcome.State.FAILED);
    }

    /** Results by node, in the order of their arrival, {@link Run#brief}. */
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

    /** Nodes on which nothing of its parent had begun when that was asked. */
    public Set<String> notBegun() {
      return notBegun;
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
      return Display.shortId(job.id());
    }

    /** The title shown to people. */
    public String title() {
      return JobTitle.of(job).line();
    }

    /** The beginning of a line about the job: short id and title. */
    public String label() {
      return shortId() + " " + Display.cut(title(), MAX_TITLE);
    }

    private void taken(Receipt receipt, Map<List<String>, List<String>> resolved) {
      List<String> nodes =
          job.targets().isEmpty()
              ? receipt.everyNode()
              : resolved.getOrDefault(job.targets(), job.targets());
      if (job.parent().options().deadline() != null) {
        Set<String> names = new LinkedHashSet<>(nodes);
        receipt.held().forEach(held -> names.add(held.node()));
        nodes = List.copyOf(names);
      }
      targets = job.runOnce() ? first(nodes) : nodes;
    }

    private void answered(NodeOutcome outcome) {
      answers.put(outcome.node(), brief(outcome));
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
  private final Map<UUID, Set<String>> notBegunByParent = new HashMap<>();
  private final Map<UUID, RunState> states = new HashMap<>();
  private final Map<UUID, Integer> blocked = new LinkedHashMap<>();
  private final Map<String, Receipt.Held> held = new HashMap<>();
  private Set<String> leftOut = Set.of();
  private Set<String> forgotten = Set.of();
  private List<Bodies.Omitted> omitted = List.of();
  private boolean taken;
  private long gaps;
  private long missingLines;

  public Run(List<Job> submitted) {
    for (Job job : submitted) {
      Set<String> notBegun =
          notBegunByParent.computeIfAbsent(job.parent().id(), parent -> new TreeSet<>());
      jobs.put(job.id(), new Progress(job, jobs.size() + 1, notBegun));
      liveByParent.merge(job.parent().id(), 1, Integer::sum);
    }
  }

  /** Notes that the server has accepted the jobs. */
  public synchronized void taken(Receipt receipt) {
    omitted = receipt.omitted();
    for (Bodies.Omitted job : omitted) {
      Progress progress = jobs.remove(job.id());
      if (progress != null) {
        ended(progress.job.parent().id());
      }
    }
    Map<List<String>, List<String>> resolved = new HashMap<>();
    receipt.resolved().forEach(list -> resolved.put(list.written(), list.nodes()));
    jobs.values().forEach(progress -> progress.taken(receipt, resolved));
    receipt.held().forEach(one -> held.put(one.node(), one));
    leftOut = new TreeSet<>(receipt.leftOut());
    forgotten = ResolvedTargets.forgotten(receipt.resolved());
    taken = true;
  }

  /** Whether the server has accepted the jobs. */
  public synchronized boolean isTaken() {
    return taken;
  }

  /** The node, if it was away at the submission and jobs are held for it; else null. */
  public synchronized Receipt.Held held(String node) {
    return held.get(node);
  }

  /** Forgets what is paused: the server tells every new follower of it. */
  synchronized void followed() {
    states.clear();
  }

  /** Parents that have not ended and begin on no further node. */
  public synchronized List<RunState> paused() {
    return states.values().stream()
        .filter(state -> state.paused() != null && liveByParent.containsKey(state.parentId()))
        .toList();
  }

  /** Whether that parent begins on no further node: it is paused, or waits for one that is. */
  synchronized boolean isPaused(UUID parent) {
    RunState state = states.get(parent);
    return state != null && state.paused() != null || blocked.containsKey(parent);
  }

  /**
   * Whether all that has not ended is paused, and nothing of it runs: it does not end by itself.
   */
  public synchronized boolean isStopped() {
    return isPartlyStopped() && openBesideStopped().isEmpty();
  }

  /**
   * Of each parent that has not ended and is not paused, or still runs, the first job that has not
   * ended.
   */
  synchronized List<Progress> openBesideStopped() {
    Set<UUID> seen = new HashSet<>();
    paused().stream()
        .filter(state -> state.running() == 0)
        .forEach(state -> seen.add(state.parentId()));
    return jobs.values().stream()
        .filter(job -> !job.ended() && seen.add(job.job.parent().id()))
        .toList();
  }

  /** Whether some parent is paused, and nothing of it runs. */
  synchronized boolean isPartlyStopped() {
    return paused().stream().anyMatch(state -> state.running() == 0);
  }

  /** Notes that a parent waits for a paused one on all nodes where it has not ended. */
  synchronized void blocked(UUID parent, int nodes) {
    blocked.put(parent, nodes);
  }

  /** Parents that only wait for a paused one, with the number of nodes on which they do. */
  synchronized Map<UUID, Integer> blocked() {
    return new LinkedHashMap<>(blocked);
  }

  /** The title of a parent. */
  public synchronized String title(UUID parent) {
    return jobs.values().stream()
        .map(progress -> progress.job.parent())
        .filter(one -> one.id().equals(parent) && one.name() != null)
        .findFirst()
        .map(one -> "parent '" + one.name() + "'")
        .orElse("parent " + parent);
  }

  /** Jobs that are not run, since the limit leaves none of their targets. */
  public synchronized List<Bodies.Omitted> omitted() {
    return omitted;
  }

  /** Nodes that had expired, so that jobs which do not name them left them out. */
  public synchronized Set<String> leftOut() {
    return leftOut;
  }

  /** Nodes that targets stand for by the results of earlier jobs, and that are not enrolled. */
  public synchronized Set<String> forgotten() {
    return forgotten;
  }

  /** Paths that sources of jobs match and that are not files, as far as the jobs list them. */
  public synchronized Set<String> undelivered() {
    Set<String> paths = new TreeSet<>();
    jobs.values().forEach(progress -> paths.addAll(JobTitle.undelivered(progress.job)));
    return paths;
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
      boolean rolls = view.summary().progress().notBegun() > 0;
      view.nodes().stream()
          .filter(node -> rolls && node.notBegun() != null)
          .forEach(node -> progress.notBegun.add(node.node()));
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
    if (event instanceof Event.RunChanged changed) {
      return !changed.run().equals(states.put(changed.run().parentId(), changed.run()));
    }
    if (event instanceof Event.NodeAnswered answered) {
      Progress progress = jobs.get(answered.jobId());
      NodeOutcome outcome = answered.outcome();
      if (progress == null || brief(outcome).equals(progress.answers.get(outcome.node()))) {
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

  /** Whether nothing is really run. */
  public boolean isDryRun() {
    return jobs.values().stream().anyMatch(progress -> progress.job.isDryRun());
  }

  public synchronized boolean ended() {
    return liveByParent.isEmpty();
  }

  /**
   * The result without its output, but with the beginning of standard error: outputs of all nodes
   * together may not fit into memory.
   */
  static NodeOutcome brief(NodeOutcome outcome) {
    String stderr = outcome.stderr();
    return outcome.withOutput(
        new CapturedOutput(
            "", stderr == null ? "" : stderr.substring(0, Math.min(MAX_STDERR, stderr.length()))));
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

  /**
   * How long it took.
   *
   * @param begin by the server's clock, as its end is; until now if it has not ended
   */
  public synchronized Duration timeSince(Instant begin) {
    Instant end =
        jobs.values().stream()
            .map(progress -> progress.ended() ? progress.summary.endedAt() : null)
            .map(time -> time == null ? Instant.now() : time)
            .max(Comparator.naturalOrder())
            .orElse(begin);
    return end.isAfter(begin) ? Duration.between(begin, end) : Duration.ZERO;
  }

  /** Whether some output was cut. */
  public synchronized boolean anyCut() {
    return jobs.values().stream().anyMatch(progress -> !progress.cut.isEmpty());
  }

  /** Whether results are missing from the server's store, which was damaged or is an older copy. */
  public synchronized boolean anyResultsLost() {
    return resultsLost() > 0;
  }

  /** Number of results that are missing there. */
  synchronized int resultsLost() {
    return jobs.values().stream()
        .filter(Progress::ended)
        .mapToInt(progress -> progress.summary.counts().resultsLost())
        .sum();
  }

  /** Whether changes are known for some job. */
  public synchronized boolean knowsChanges() {
    return jobs.values().stream()
        .anyMatch(progress -> progress.ended() && progress.summary.counts().runs().knowsChanges());
  }

  public synchronized boolean anyFailed() {
    return jobs.values().stream().anyMatch(Progress::failedSomewhere);
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
      ended(progress.job.parent().id());
    }
    return true;
  }

  private void ended(UUID ofParent) {
    liveByParent.computeIfPresent(ofParent, (parent, live) -> live == 1 ? null : live - 1);
  }
}

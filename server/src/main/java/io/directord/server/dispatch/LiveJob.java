package io.directord.server.dispatch;

import io.directord.common.api.EndedNodes;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.ServerMessage;
import io.directord.server.coordination.Work;
import io.directord.server.link.Envelope;
import io.directord.server.node.Node;
import io.directord.server.store.Change;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Moment;
import io.directord.verbs.builtin.NeededCapability;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A job that has not ended everywhere, and its progress; its output is in the store. */
final class LiveJob implements Work {
  /** Estimated memory of a job and an assignment beside the encoded job. */
  private static final int JOB_BYTES = 3000;

  private static final int ASSIGNMENT_BYTES = 200;

  /** Estimated memory of a name that is waited for: its queue, and its entry in its parent. */
  private static final int AWAITED_BYTES = 900;

  private static final JobProgress GOES_ON = JobProgress.of(null, 0, 0);
  private static final JobProgress ENDED = JobProgress.ENDED;

  private final Map<String, Assignment> assignments = new LinkedHashMap<>();
  private final List<Delivery> deliveries;
  private final Envelope run;
  private final int runBytes;
  private final JobTitle title;
  private final List<NeededCapability> needs;

  /** The message to clients that lack these capabilities. */
  private final Map<List<NeededCapability>, Envelope> refusals = new HashMap<>();

  // Volatile fields are read by other threads too, which make lists of jobs.

  private volatile StoredJob stored;
  private JobCounts counts;

  /** The counts of committed results. */
  private volatile JobCounts committed;

  private int unwritten;
  private volatile Duration execution = Duration.ZERO;
  private volatile Duration roundtrip = Duration.ZERO;
  private volatile Instant endedAt;
  private Moment submittedAt;
  private int awaited;

  LiveJob(StoredJob stored, List<Delivery> deliveries) {
    this.stored = stored;
    this.deliveries = deliveries;
    for (String target : stored.targets()) {
      assignments.put(target, new Assignment(this, target, assignments.size()));
    }
    this.needs = NeededCapability.of(stored.job());
    this.title = JobTitle.of(stored.job());
    this.counts = JobCounts.of(assignments.size());
    this.committed = counts;
    this.run = new Envelope(new ServerMessage.Run(stored.job().forNodes(), deliveries));
    this.runBytes = run.frames().stream().mapToInt(frame -> frame.length).sum();
  }

  /** It is submitted now, and not restored. */
  void submitted(Moment now) {
    submittedAt = now;
  }

  /** The time since it was submitted; null if that was to a server before this one. */
  Duration age(Moment now) {
    return submittedAt == null ? null : now.since(submittedAt);
  }

  @Override
  public UUID id() {
    return stored.job().id();
  }

  UUID parentId() {
    return stored.job().parent().id();
  }

  @Override
  public Job job() {
    return stored.job();
  }

  @Override
  public StoredJob stored() {
    return stored;
  }

  long seq() {
    return stored.seq();
  }

  @Override
  public boolean isCancelled() {
    return stored.cancelled();
  }

  void cancelled() {
    stored = stored.asCancelled();
  }

  @Override
  public List<String> targets() {
    return stored.targets();
  }

  @Override
  public boolean hasEndedOn(String node) {
    return on(node) != null && on(node).isEnded();
  }

  @Override
  public boolean hasFailedOn(String node) {
    return on(node) != null && on(node).state() == NodeOutcome.State.FAILED;
  }

  @Override
  public boolean isCommittedOn(String node) {
    return on(node) != null && on(node).isPublished();
  }

  /** Its deliveries. */
  List<Delivery> deliveries() {
    return deliveries;
  }

  /** The message to a node, encoded once for all that can do the job. */
  Envelope runOn(Node node) {
    // Transports for clients of the original refuse what these cannot do.
    if (needs.isEmpty() || node.isLegacy()) {
      return run;
    }
    List<NeededCapability> lacking = needs.stream().filter(need -> !node.can(need.name())).toList();
    return lacking.isEmpty() ? run : refusals.computeIfAbsent(lacking, this::refusal);
  }

  /**
   * The message to older clients, which would run the job without what they do not know: they do
   * not know its verb. So the job is refused there, and with it the later ones of its parent.
   */
  private Envelope refusal(List<NeededCapability> lacking) {
    Job job = stored.job().forNodes().withVerb(NeededCapability.unknownVerb(lacking));
    return new Envelope(new ServerMessage.Run(job, List.of()));
  }

  /** The message that tells a node to end the job, or not to begin it. */
  ServerMessage cancellation() {
    return new ServerMessage.Cancel(Map.of(id(), parentId()));
  }

  int runBytes() {
    return runBytes;
  }

  /**
   * Counts the targets that are only waited for: each has a queue of its own, though no node is
   * enrolled that would bound how many there are. Of a parent, its first job counts them.
   */
  void awaits(int unknownNodes) {
    awaited = unknownNodes;
  }

  long weight() {
    return JOB_BYTES
        + 2L * runBytes
        + (long) ASSIGNMENT_BYTES * assignments.size()
        + (long) AWAITED_BYTES * awaited;
  }

  Collection<Assignment> assignments() {
    return assignments.values();
  }

  /** The job on that node; null if it is not a target. */
  Assignment on(String node) {
    return assignments.get(node);
  }

  @Override
  public boolean isEnded() {
    return counts.open() == 0;
  }

  /** It as the store must have it. */
  Change.Held held() {
    BitSet told = new BitSet();
    assignments.values().stream()
        .filter(Assignment::isPublished)
        .forEach(one -> told.set(one.index()));
    return new Change.Held(stored, told);
  }

  /** A result is being stored; {@link #written} follows when it is committed. */
  void writes() {
    unwritten++;
  }

  void written() {
    unwritten--;
  }

  /** The store has the result, and it is told to who asks. */
  void published(Assignment assignment, NodeOutcome outcome) {
    committed = assignment.withoutPublished(committed).plus(outcome);
    assignment.published(outcome);
  }

  @Override
  public boolean isCommitted() {
    return isEnded() && unwritten == 0;
  }

  /** Whether it failed on a target of which the result is known. */
  boolean hasFailed() {
    return counts.failed() > counts.resultsLost();
  }

  /** Whether a result was lost with a damaged store. */
  boolean hasLostResults() {
    return counts.resultsLost() > 0;
  }

  /** Counts a target's result; a real one replaces LOST. */
  void ended(Assignment assignment, NodeOutcome outcome, Moment now) {
    if (assignment.isLost()) {
      counts = counts.withoutFailure(assignment.lostAs(), assignment.details());
    }
    assignment.ended(outcome);
    counts = counts.plus(outcome);
    execution = Outcomes.longer(execution, outcome.executionTime());
    roundtrip = Outcomes.longer(roundtrip, outcome.roundtripTime());
    if (isEnded() && endedAt == null) {
      endedAt = shown(now);
    }
  }

  /**
   * The time at which it ends, for people: never before it was submitted, nor sooner after that
   * than it took, even if the clock was set back meanwhile.
   */
  private Instant shown(Moment now) {
    Instant submitted = stored.submittedAt();
    Instant earliest = submittedAt == null ? submitted : submitted.plus(age(now));
    return now.instant().isBefore(earliest) ? earliest : now.instant();
  }

  /** Targets with anything but a plain success or failure. */
  EndedNodes named() {
    EndedNodes.Builder named = new EndedNodes.Builder();
    assignments.values().forEach(one -> named.add(one.node(), one.state(), one.details()));
    return named.build();
  }

  /** Nodes on which it has failed, so many at most. */
  List<String> failedOn(int max) {
    return assignments.values().stream()
        .filter(one -> one.state() == NodeOutcome.State.FAILED)
        .map(Assignment::node)
        .limit(max)
        .toList();
  }

  /** Its summary; once it has ended, as it is stored. */
  JobSummary summary() {
    return summary(isEnded() ? ENDED : GOES_ON, counts);
  }

  /**
   * How it stands, for callers. A result counts only when the store has it: a crash may still take
   * it, and whoever is told that the job has ended reads its results from the store.
   *
   * @param progress how far it has come, if it has not ended
   */
  JobSummary summaryForCallers(JobProgress progress) {
    JobCounts told = committed;
    return summary(told.open() > 0 ? progress : ENDED, told);
  }

  /** Likewise, without how far its parent has come; for any thread. */
  JobSummary summaryForLists() {
    return summaryForCallers(GOES_ON);
  }

  private JobSummary summary(JobProgress progress, JobCounts told) {
    return stored.summary(
        title,
        progress,
        told,
        new JobTimes(execution, roundtrip, progress.processing() ? null : endedAt));
  }
}

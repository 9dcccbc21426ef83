package io.directord.server.dispatch;

import io.directord.common.api.JobCounts;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.UUID;

/** One job on one of its targets. */
final class Assignment {
  private final LiveJob job;
  private final String node;
  private final int index;
  private NodeOutcome.State state = NodeOutcome.State.WAITING;
  private RunDetails details = RunDetails.NONE;
  private boolean mayHaveBeenSent;
  private boolean sentAgain;
  private boolean forgotten;
  private boolean inLane;
  private boolean omitsLater;
  private Outcome.Reason lostAs;
  private boolean published;
  private Outcome.Reason publishedReason;
  private RunDetails publishedDetails;
  private Moment sentAt;
  private UUID firstSession;

  Assignment(LiveJob job, String node, int index) {
    this.job = job;
    this.node = node;
    this.index = index;
  }

  LiveJob job() {
    return job;
  }

  String node() {
    return node;
  }

  /** Its index among the job's targets. */
  int index() {
    return index;
  }

  NodeOutcome.State state() {
    return state;
  }

  boolean isEnded() {
    return state.ended();
  }

  /** Whether the server has ended it in the node's place; a real result may still come. */
  boolean isLost() {
    return lostAs != null;
  }

  /** Whether later jobs of its parent do not run either, see {@link NodeOutcome#omitsLater}. */
  boolean omitsLater() {
    return omitsLater;
  }

  /** Whether the node's result counts. */
  boolean isAwaited() {
    return !isEnded() || isLost();
  }

  /** The reason by which the server has ended it; null if it has not. */
  Outcome.Reason lostAs() {
    return lostAs;
  }

  /** Notes that the node may have lost it. */
  void forgotten() {
    forgotten = true;
  }

  /** It waits for the jobs before it in the node's lane only. */
  void entersLane() {
    inLane = true;
  }

  /** Whether it was in the node's lane until now. */
  boolean leavesLane() {
    boolean was = inLane;
    inLane = false;
    return was;
  }

  /** Whether the node may have it, from this server or from one before a restart. */
  boolean mayHaveBeenSent() {
    return mayHaveBeenSent;
  }

  /**
   * The session of the node's client to which it was sent first; null if it has not been sent, or
   * was possibly sent before a restart of the server.
   */
  UUID firstSession() {
    return firstSession;
  }

  /** Whether the last send was a redelivery. */
  boolean isSentAgain() {
    return sentAgain;
  }

  /** Whether its result is committed and was sent to followers. */
  boolean isPublished() {
    return published;
  }

  void published(NodeOutcome outcome) {
    published = true;
    publishedReason = outcome.reason();
    publishedDetails = outcome.details();
  }

  /** The counts without what was published of it, which was a failure if it is replaced. */
  JobCounts withoutPublished(JobCounts counts) {
    return isPublished() ? counts.withoutFailure(publishedReason, publishedDetails) : counts;
  }

  /** It may have been sent before a restart of the server, without a confirmation of its result. */
  void recovered() {
    mayHaveBeenSent = true;
  }

  /**
   * @param session of the node's client
   */
  void sent(Moment now, UUID session) {
    state = state == NodeOutcome.State.RUNNING ? NodeOutcome.State.RUNNING : NodeOutcome.State.SENT;
    sentAgain = mayHaveBeenSent;
    firstSession = mayHaveBeenSent ? firstSession : session;
    mayHaveBeenSent = true;
    sentAt = now;
  }

  /** Queues it again, since its connection is lost. */
  void unsent() {
    state = NodeOutcome.State.WAITING;
  }

  /** Notes that the node runs the job; returns false if that was known. */
  boolean running() {
    boolean news = mayHaveBeenSent && !isEnded() && state != NodeOutcome.State.RUNNING;
    state = news ? NodeOutcome.State.RUNNING : state;
    return news;
  }

  void ended(NodeOutcome outcome) {
    state = outcome.state();
    details = outcome.details();
    omitsLater = outcome.omitsLater();
    boolean isLost =
        outcome.reason() == Outcome.Reason.LOST
            || forgotten && outcome.reason() == Outcome.Reason.INTERRUPTED;
    lostAs = isLost ? outcome.reason() : null;
  }

  /** Details of its run, once it has ended. */
  RunDetails details() {
    return details;
  }

  /**
   * Its state for people, while there is no stored result.
   *
   * @param why it has not begun; empty if nothing is known
   */
  NodeOutcome unanswered(String why) {
    NodeOutcome.State shown = state.ended() ? NodeOutcome.State.RUNNING : state;
    return NodeOutcome.withoutRun(node, shown, null, why);
  }

  /** The result as it is stored. */
  NodeOutcome outcome(NodeResult result, Moment now) {
    Duration roundtrip = sentAt == null ? Duration.ZERO : now.since(sentAt);
    return Outcomes.of(node, result, roundtrip);
  }

  /** Ended by the server's decision. */
  NodeOutcome outcome(Outcome.Reason reason, String info, Moment now) {
    Outcome failed = new Outcome.Failed(reason, info);
    NodeResult result =
        reason == Outcome.Reason.INTERRUPTED
            ? NodeResult.withoutOutput(job.id(), failed, now.instant())
            : NodeResult.withoutRun(job.id(), failed, now.instant());
    return outcome(result, now);
  }
}

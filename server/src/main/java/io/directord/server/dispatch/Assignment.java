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
  private Outcome.Reason lostAs;
  private boolean published;
  private Outcome.Reason publishedReason;
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

  /** Its place among the job's targets. */
  int index() {
    return index;
  }

  NodeOutcome.State state() {
    return state;
  }

  boolean isEnded() {
    return state.ended();
  }

  /** Whether the server has ended it for the node; a real answer may still come. */
  boolean isLost() {
    return lostAs != null;
  }

  /** Whether the node's answer counts. */
  boolean isAwaited() {
    return !isEnded() || isLost();
  }

  /** As what the server has ended it for the node; null if it has not. */
  Outcome.Reason lostAs() {
    return lostAs;
  }

  /** The node may know nothing of it any more. */
  void forgotten() {
    forgotten = true;
  }

  /** Whether the node may know of it, from this server or from one before a restart. */
  boolean mayHaveBeenSent() {
    return mayHaveBeenSent;
  }

  /**
   * The session of the node's client that it was sent to first; null if it has not been sent, or a
   * server before this one may have.
   */
  UUID firstSession() {
    return firstSession;
  }

  /** Whether the node may have known of it before it was sent to it last. */
  boolean isSentAgain() {
    return sentAgain;
  }

  /** Whether its result is in the store and followers were told. */
  boolean isPublished() {
    return published;
  }

  void published(NodeOutcome outcome) {
    published = true;
    publishedReason = outcome.reason();
  }

  /** The counts without what was published of it, which was a failure if it is replaced. */
  JobCounts withoutPublished(JobCounts counts) {
    return isPublished() ? counts.withoutFailure(publishedReason) : counts;
  }

  /** A server before this one may have sent it, and not have said yet that its result is safe. */
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

  /** Back in the queue: the connection it was sent on is lost. */
  void unsent() {
    state = NodeOutcome.State.WAITING;
  }

  /** Whether that was news. */
  boolean running() {
    boolean news = mayHaveBeenSent && !isEnded() && state != NodeOutcome.State.RUNNING;
    state = news ? NodeOutcome.State.RUNNING : state;
    return news;
  }

  void ended(NodeOutcome outcome) {
    state = outcome.state();
    details = outcome.details();
    boolean isLost =
        outcome.reason() == Outcome.Reason.LOST
            || forgotten && outcome.reason() == Outcome.Reason.INTERRUPTED;
    lostAs = isLost ? outcome.reason() : null;
  }

  /** What is known of its run, once it has ended. */
  RunDetails details() {
    return details;
  }

  /** What people are shown of it while there is no result in the store. */
  NodeOutcome unanswered() {
    NodeOutcome.State shown = state.ended() ? NodeOutcome.State.RUNNING : state;
    return NodeOutcome.withoutRun(node, shown, null, "");
  }

  /** The result as it is kept. */
  NodeOutcome outcome(NodeResult result, Moment now) {
    Duration roundtrip = sentAt == null ? Duration.ZERO : now.since(sentAt);
    return Outcomes.of(node, result, roundtrip);
  }

  /** Ended by the server's decision. */
  NodeOutcome outcome(Outcome.Reason reason, String info, Moment now) {
    Outcome failed = new Outcome.Failed(reason, info);
    return outcome(NodeResult.withoutRun(job.id(), failed, now.instant()), now);
  }
}

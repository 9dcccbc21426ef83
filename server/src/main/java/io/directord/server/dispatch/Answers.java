package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.node.Node;
import io.directord.server.time.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** Handles messages of nodes about jobs; accepted only for jobs that were sent to them. */
final class Answers {
  private final JobBook book;
  private final KeptJobs kept;
  private final Coordination coordination;
  private final LateAnswers late;
  private final NodeWarnings ignored;
  private final LostResults lost = new LostResults();

  Answers(
      JobBook book,
      KeptJobs kept,
      Coordination coordination,
      LateAnswers late,
      NodeWarnings ignored) {
    this.ignored = ignored;
    this.coordination = coordination;
    this.book = book;
    this.kept = kept;
    this.late = late;
  }

  /** A result of FETCH, which succeeds only if the files that it names have arrived. */
  private record Judged(Answers owner, Node node, NodeResult result, long reserved)
      implements Effect.Judge {
    @Override
    public void judge(FetchArrival arrival, Turn turn) {
      owner.judged(this, arrival, turn);
    }
  }

  void started(Node node, UUID id, Turn turn) {
    Assignment assignment = book.find(id, node);
    if (assignment != null && assignment.running()) {
      UUID parent = assignment.job().parentId();
      turn.tell(parent, Detail.NODES, new Event.JobRunning(id, parent, node.identity()));
    }
  }

  void output(Node node, NodeMessage.Output output, Turn turn) {
    Assignment assignment = book.find(output.jobId(), node);
    if (assignment != null && assignment.mayHaveBeenSent() && assignment.isAwaited()) {
      UUID parent = assignment.job().parentId();
      turn.tell(
          parent,
          Detail.OUTPUT,
          new Event.JobOutput(
              output.jobId(),
              parent,
              node.identity(),
              output.stream(),
              new String(output.bytes(), StandardCharsets.UTF_8),
              output.position(),
              output.lostLines()));
    }
  }

  /**
   * A node has ended a job.
   *
   * @param reserved the memory of the result
   */
  void ended(Node node, NodeResult result, long reserved, Turn turn) {
    LiveJob job = book.find(result.jobId());
    if (job == null) {
      // The job has ended everywhere: by this result, by expiry of the node, or long ago.
      late.ended(node, result, reserved, turn);
      return;
    }
    Assignment assignment = job.on(node.identity());
    if (isAwaited(assignment) && coordination.judges(job.job())) {
      Judged judge = new Judged(this, node, result, reserved);
      turn.effect(new Effect.AskArrival(job.id(), node.identity(), judge));
      return;
    }
    turn.keep(reserved);
    if (assignment == null || !assignment.mayHaveBeenSent()) {
      ignored.ignored(node, result.jobId(), turn.now().instant());
      return;
    }
    take(node, assignment, result, turn);
  }

  private static boolean isAwaited(Assignment assignment) {
    return assignment != null && assignment.mayHaveBeenSent() && assignment.isAwaited();
  }

  private void judged(Judged one, FetchArrival arrival, Turn turn) {
    LiveJob job = book.find(one.result().jobId());
    if (job == null) {
      // The job has ended everywhere meanwhile.
      late.ended(one.node(), one.result(), one.reserved(), turn);
      return;
    }
    turn.keep(one.reserved());
    Assignment assignment = job.on(one.node().identity());
    NodeResult result = coordination.judged(job.job(), one.result(), arrival);
    boolean isUntrue = isAwaited(assignment) && isFailed(result) && !isFailed(one.result());
    take(one.node(), assignment, result, turn);
    if (isUntrue) {
      ignored.contradicted(one.node(), job.id(), result.outcome().info(), turn.now().instant());
      book.omitLater(assignment, turn);
    }
  }

  private static boolean isFailed(NodeResult result) {
    return !result.outcome().isSuccess();
  }

  private void take(Node node, Assignment assignment, NodeResult result, Turn turn) {
    LiveJob job = assignment.job();
    if (assignment.isAwaited()) {
      NodeOutcome outcome = assignment.outcome(result, turn.now());
      boolean isSentFirstHere = assignment.firstSession() != null;
      if (outcome.reason() == Outcome.Reason.RESULT_LOST && isSentFirstHere) {
        outcome = assignment.outcome(untrue(job, outcome.info(), turn.now().instant()), turn.now());
        ignored.untrue(node, job.id(), turn.now().instant());
      } else if (outcome.reason() == Outcome.Reason.RESULT_LOST) {
        outcome = outcome.withInfo(outcome.info() + ": " + kept.whyMissing());
        lost.add(job, outcome, kept.whyMissing(), turn.now());
      }
      book.end(assignment, Outcomes.explained(outcome, assignment.lostAs()), turn);
    }
    confirm(book, node, result.jobId(), turn);
  }

  /** The failure of a job for which a node claims a result from before it was sent. */
  private static NodeResult untrue(LiveJob job, String info, Instant now) {
    String why = "the node says that it gave a result before this job was first sent to it: ";
    Outcome failed = new Outcome.Failed(Outcome.Reason.ERROR, why + info);
    return NodeResult.withoutOutput(job.id(), failed, now);
  }

  /**
   * A node has sent what cannot be decoded. If it is the result of a job, this ends with that,
   * since the node has no other one.
   *
   * @param node null if the peer has not joined
   */
  void undecodable(Node node, Input.Undecodable bad, Turn turn) {
    Instant now = turn.now().instant();
    ignored.undecodable(node, bad.peer().host(), bad.job(), bad.why(), now);
    LiveJob job = node == null || bad.job() == null ? null : book.find(bad.job());
    Assignment assignment = job == null ? null : job.on(node.identity());
    if (assignment != null && assignment.mayHaveBeenSent()) {
      if (assignment.isAwaited()) {
        String info = "its result came in a form that this server cannot read: " + bad.why();
        Outcome failed = new Outcome.Failed(Outcome.Reason.ERROR, info);
        NodeResult result = NodeResult.withoutOutput(bad.job(), failed, now);
        book.end(assignment, assignment.outcome(result, turn.now()), turn);
      }
      confirm(book, node, bad.job(), turn);
    }
  }

  /** Called about once a second. */
  void tick(Moment now) {
    lost.tick(now);
  }

  /** Tells the node to forget the job's result, once it is committed. */
  static void confirm(JobBook book, Node node, UUID job, Turn turn) {
    book.queueOf(node.identity()).answered(job);
    turn.whenDurable(new Step.Say(node, new ServerMessage.Durable(List.of(job))));
  }
}

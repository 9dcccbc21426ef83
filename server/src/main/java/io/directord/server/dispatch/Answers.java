package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.component.builtin.RebootComponent;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.NodeMessage;
import io.directord.server.node.Node;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Attention;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** What nodes say about jobs; believed only of jobs that were sent to them. */
final class Answers {
  private static final System.Logger LOG = System.getLogger(Answers.class.getName());

  private final JobStore store;
  private final JobBook book;
  private final Outbox outbox;
  private final Followers followers;
  private final LateAnswers late;
  private final Attention time;

  Answers(JobStore store, JobBook book, Outbox outbox, Followers followers, Attention time) {
    this.store = store;
    this.book = book;
    this.outbox = outbox;
    this.followers = followers;
    this.late = new LateAnswers(store, followers);
    this.time = time;
  }

  void started(Node node, UUID id) {
    Assignment assignment = assignment(node, id);
    if (assignment != null && assignment.running()) {
      UUID parent = assignment.job().parentId();
      followers.tell(parent, Detail.NODES, () -> new Event.JobRunning(id, parent, node.identity()));
    }
  }

  void output(Node node, NodeMessage.Output output) {
    Assignment assignment = assignment(node, output.jobId());
    if (assignment != null && assignment.mayHaveBeenSent() && isAwaited(assignment)) {
      UUID parent = assignment.job().parentId();
      followers.tell(
          parent,
          Detail.OUTPUT,
          () ->
              new Event.JobOutput(
                  output.jobId(),
                  parent,
                  node.identity(),
                  output.stream(),
                  new String(output.bytes(), StandardCharsets.UTF_8),
                  output.lostLines()));
    }
  }

  void ended(Node node, NodeResult result, Turn turn) {
    LiveJob job = book.find(result.jobId());
    if (job == null) {
      endedLate(node, result, turn);
      return;
    }
    Assignment assignment = job.on(node.identity());
    if (assignment == null || !assignment.mayHaveBeenSent()) {
      stranger(node, result.jobId());
      return;
    }
    if (isAwaited(assignment)) {
      boolean reboot = job.job().verb().equals(RebootComponent.VERB);
      if (reboot && result.outcome().isSuccess()) {
        node.reboots(assignment.firstSession(), time.now().plus(RebootComponent.away(job.job())));
      }
      book.end(assignment, assignment.outcome(result, time.now()), turn);
    }
    safe(node, result.jobId(), turn);
  }

  /** The node had been given up, and is back with the job still running. */
  void goesOn(Node node, StoredJob stored, int target, Turn turn) {
    Outcome lost = new Outcome.Failed(Outcome.Reason.LOST, Reasons.goesOn(node));
    NodeResult result = NodeResult.withoutRun(stored.job().id(), lost, time.now().instant());
    LiveJob job = book.find(stored.job().id());
    if (job == null) {
      late.take(stored, target, result, turn);
    } else {
      Assignment assignment = job.on(node.identity());
      book.end(assignment, assignment.outcome(result, time.now()), turn);
    }
  }

  private static boolean isAwaited(Assignment assignment) {
    return !assignment.isEnded() || assignment.isLost();
  }

  private void safe(Node node, UUID job, Turn turn) {
    book.queueOf(node.identity()).answered(job);
    turn.whenSafe(() -> outbox.safe(node, job));
  }

  /** The job has ended everywhere: by this very answer, by giving the node up, or long ago. */
  private void endedLate(Node node, NodeResult result, Turn turn) {
    Optional<StoredJob> stored = store.job(result.jobId());
    if (stored.isPresent()) {
      int target = stored.get().targets().indexOf(node.identity());
      if (target < 0) {
        stranger(node, result.jobId());
        return;
      }
      late.take(stored.get(), target, result, turn);
    }
    safe(node, result.jobId(), turn);
  }

  private Assignment assignment(Node node, UUID id) {
    LiveJob job = book.find(id);
    return job == null ? null : job.on(node.identity());
  }

  private static void stranger(Node node, UUID job) {
    LOG.log(
        Level.WARNING,
        "node {0}: ignored a result for job {1}, which was never sent to it",
        node.identity(),
        job);
  }
}

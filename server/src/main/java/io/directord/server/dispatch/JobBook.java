package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.job.Outcome;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.AddressedMessage;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.time.Moment;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/** The live jobs, and the queue of every node. */
final class JobBook {
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final int window;
  private final Map<UUID, LiveJob> live = new LinkedHashMap<>();
  private final Map<String, NodeQueue> queues = new HashMap<>();
  private final Set<String> ready = new LinkedHashSet<>();
  private final ParentLog parents = new ParentLog();
  private Listener listener;
  private long liveBytes;

  /** Listens to changes of jobs. */
  interface Listener {
    /** A job is committed, and about to be queued for its targets. */
    void submitted(LiveJob job, Turn turn);

    /** A job is committed, and about to be queued for that target. */
    void queued(Assignment assignment, Turn turn);

    /** A job has ended on a target. */
    void ended(Assignment assignment, NodeOutcome outcome, Turn turn);

    /** The store has the result. */
    void committed(Assignment assignment, NodeOutcome outcome, Turn turn);
  }

  /**
   * @param window maximum number of outstanding jobs of a node
   */
  JobBook(KeptJobs kept, NodeRegistry nodes, int window) {
    this.kept = kept;
    this.nodes = nodes;
    this.window = window;
  }

  void listener(Listener to) {
    listener = to;
  }

  /** Restores an unfinished job after a restart. */
  void recover(LiveJob job, Iterable<Recovered> results, Turn turn) {
    enter(job);
    for (Recovered result : results) {
      Assignment assignment = job.on(result.outcome().node());
      if (assignment != null) {
        job.ended(assignment, result.outcome(), turn.now().instant());
        job.published(assignment, result.outcome());
      }
    }
    job.assignments().forEach(Assignment::recovered);
    turn.effect(new Effect.Open(job.id(), job.deliveries()));
    if (job.isEnded()) {
      // Its summary was lost with a damaged store.
      JobSummary summary = job.summary();
      turn.change(new Change.PutSummary(job.seq(), summary));
      leave(job, summary, turn);
    } else {
      queue(job, turn);
    }
  }

  /** Restores a result after a restart. */
  record Recovered(NodeOutcome outcome) {}

  void enter(LiveJob job) {
    live.put(job.id(), job);
    liveBytes += job.weight();
    kept.add(job.stored());
    parents.entered(job);
  }

  private void leave(LiveJob job, JobSummary summary, Turn turn) {
    live.remove(job.id());
    liveBytes -= job.weight();
    kept.ended(summary);
    parents.ended(job);
    turn.effect(new Effect.Close(job.id()));
  }

  /** Queues the job for its targets. */
  void queue(LiveJob job, Turn turn) {
    listener.submitted(job, turn);
    for (Assignment assignment : job.assignments()) {
      Node node = nodes.find(assignment.node());
      if (assignment.isEnded()) {
        continue;
      }
      if (node == null || node.isExpired()) {
        end(assignment, Outcome.Reason.LOST, Reasons.gone(assignment, node), turn);
      } else {
        listener.queued(assignment, turn);
        queueOf(assignment.node()).add(assignment);
        ready.add(assignment.node());
      }
    }
  }

  /** Ends an assignment by the server's decision. */
  void end(Assignment assignment, Outcome.Reason reason, String info, Turn turn) {
    end(assignment, assignment.outcome(reason, info, turn.now()), turn);
  }

  /** Ends an assignment, or replaces its end. */
  void end(Assignment assignment, NodeOutcome outcome, Turn turn) {
    LiveJob job = assignment.job();
    job.ended(assignment, outcome, turn.now().instant());
    NodeQueue queue = queues.get(assignment.node());
    if (queue != null) {
      queue.ended(assignment, turn.now());
      ready.add(assignment.node());
    }
    turn.change(new Change.PutResult(job.seq(), assignment.index(), outcome));
    if (job.isEnded()) {
      turn.change(new Change.PutSummary(job.seq(), job.summary()));
    }
    job.writes();
    turn.whenSafe(new Step.Ended(assignment, outcome));
    listener.ended(assignment, outcome, turn);
  }

  /** The store has the result. */
  void committed(Assignment assignment, NodeOutcome outcome, Turn turn) {
    LiveJob job = assignment.job();
    job.published(assignment, outcome);
    job.written();
    turn.tell(
        job.parentId(),
        Follower.detail(outcome.state()),
        new Event.NodeAnswered(job.id(), job.parentId(), outcome));
    listener.committed(assignment, outcome, turn);
    // Not while a late result is being stored: the next one is based on what is stored.
    if (job.isCommitted()) {
      JobSummary summary = job.summary();
      turn.tell(job.parentId(), Detail.JOBS, new Event.JobEnded(summary, job.named()));
      leave(job, summary, turn);
    }
  }

  /** Everything sent on an earlier connection of the node is void. */
  void resend(Node node) {
    queueOf(node.identity()).resend();
    ready.add(node.identity());
  }

  /** Resumes sending to the node. */
  void mayBeSent(Node node) {
    ready.add(node.identity());
  }

  /** Fails all unfinished jobs of a node. */
  void giveUp(Node node, Turn turn) {
    for (Assignment assignment : queueOf(node.identity()).giveUp()) {
      end(assignment, Outcome.Reason.LOST, Reasons.lost(assignment, node, turn.now()), turn);
    }
  }

  /**
   * Ends jobs that were sent to a node which may have lost them: they may have run, and are not
   * sent again. A late result still counts.
   *
   * @return number of these jobs
   */
  int interrupt(Node node, Turn turn) {
    List<Assignment> sent = queueOf(node.identity()).mayHaveBeenSent();
    for (Assignment assignment : sent) {
      assignment.forgotten();
      end(assignment, Outcome.Reason.INTERRUPTED, Reasons.forgotten(node), turn);
    }
    return sent.size();
  }

  void forget(Node node, Turn turn) {
    for (Assignment assignment : queueOf(node.identity()).giveUp()) {
      end(assignment, Outcome.Reason.LOST, Reasons.gone(assignment, null), turn);
    }
    queues.remove(node.identity());
  }

  /** Sends jobs within the windows. */
  void pump(Turn turn) {
    for (String name : ready) {
      Node node = nodes.find(name);
      if (node != null && node.state() == NodeView.State.ACTIVE) {
        pump(node, turn);
      }
    }
    ready.clear();
  }

  private void pump(Node node, Turn turn) {
    NodeQueue queue = queueOf(node.identity());
    Moment now = turn.now();
    for (Assignment next = queue.next(now, node.session());
        next != null;
        next = queue.next(now, node.session())) {
      if (next.job().isCancelled()) {
        turn.say(node, new ServerMessage.Cancel(List.of(next.job().id())));
      } else {
        turn.effect(
            new Effect.Send(
                new AddressedMessage(node.peer(), next.job().run(), next.isSentAgain())));
      }
    }
  }

  NodeQueue queueOf(String node) {
    return queues.computeIfAbsent(node, name -> new NodeQueue(window));
  }

  LiveJob find(UUID id) {
    return live.get(id);
  }

  /** The job on that node; null if it has ended everywhere or has another target. */
  Assignment find(UUID id, Node node) {
    LiveJob job = live.get(id);
    return job == null ? null : job.on(node.identity());
  }

  Collection<LiveJob> all() {
    return Collections.unmodifiableCollection(live.values());
  }

  /** The job of that id, or the jobs of that parent. */
  List<LiveJob> jobOrParent(UUID id) {
    return live(kept.jobOrParent(id));
  }

  /** Those of them that have not ended. */
  List<LiveJob> live(List<KeptJobs.Kept> jobs) {
    return jobs.stream().map(job -> live.get(job.id())).filter(Objects::nonNull).toList();
  }

  /** Estimated memory of the live jobs. */
  long liveBytes() {
    return liveBytes;
  }
}

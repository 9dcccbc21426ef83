package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.component.builtin.QueueSentinelComponent;
import io.directord.common.job.Outcome;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Attention;
import io.directord.server.time.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The jobs that have not ended, and what every node has to do of them. */
final class JobBook {
  private final JobStore store;
  private final Contents contents;
  private final NodeRegistry nodes;
  private final Followers followers;
  private final Attention time;
  private final int window;
  private final Map<UUID, LiveJob> live = new LinkedHashMap<>();
  private final Map<String, NodeQueue> queues = new HashMap<>();
  private final Set<String> ready = new LinkedHashSet<>();
  private final ParentLog parents = new ParentLog();
  private Listener listener = (assignment, outcome, turn) -> {};
  private long liveBytes;
  private long lastSeq;

  /** Told of every end. */
  interface Listener {
    void ended(Assignment assignment, NodeOutcome outcome, Turn turn);
  }

  /**
   * @param window how many jobs a node may have sent and not answered
   */
  JobBook(
      JobStore store,
      Contents contents,
      NodeRegistry nodes,
      Followers followers,
      Attention time,
      int window) {
    this.store = store;
    this.contents = contents;
    this.nodes = nodes;
    this.followers = followers;
    this.time = time;
    this.window = window;
    this.lastSeq = store.lastSeq();
  }

  void listener(Listener to) {
    listener = to;
  }

  /** Takes up what a server before this one left unended. */
  void recover(Turn turn) {
    for (StoredJob stored : store.unended()) {
      LiveJob job = liveJob(stored);
      // One after the other: all their output together may be larger than the memory.
      Set<Integer> answered = store.answered(stored.seq());
      for (Assignment assignment : job.assignments()) {
        assignment.recovered();
        if (answered.contains(assignment.index())) {
          NodeOutcome result = store.result(stored.seq(), assignment.index()).orElseThrow();
          job.ended(assignment, result, time.now().instant());
          assignment.published();
        }
      }
      if (job.isEnded()) {
        // Its summary was lost with a damaged store.
        turn.change(new Change.PutSummary(job.seq(), job.summary()));
        contents.close(job.id());
      } else {
        enter(job);
        queue(job, turn);
      }
    }
  }

  long nextSeq() {
    return ++lastSeq;
  }

  /** Makes a job of it, with its content ready to be fetched; not entered yet. */
  LiveJob liveJob(StoredJob stored) {
    return new LiveJob(stored, contents.open(stored.job(), stored.secret()));
  }

  void enter(LiveJob job) {
    live.put(job.id(), job);
    liveBytes += job.weight();
    parents.entered(job);
  }

  /** Puts the job into the queues of its targets. */
  void queue(LiveJob job, Turn turn) {
    for (Assignment assignment : job.assignments()) {
      Node node = nodes.find(assignment.node());
      if (assignment.isEnded()) {
        continue;
      }
      if (node == null || node.isExpired()) {
        end(assignment, Outcome.Reason.LOST, Reasons.gone(assignment, node), turn);
      } else {
        NodeQueue queue = queueOf(assignment.node());
        if (job.job().verb().equals(QueueSentinelComponent.VERB)) {
          Outcome.Failed dropped = QueueSentinelComponent.dropped(job.id());
          queue.unsent().forEach(waits -> end(waits, dropped.reason(), dropped.info(), turn));
        }
        queue.add(assignment);
        ready.add(assignment.node());
      }
    }
  }

  /** Ends an assignment by the server's decision. */
  void end(Assignment assignment, Outcome.Reason reason, String info, Turn turn) {
    end(assignment, assignment.outcome(reason, info, time.now()), turn);
  }

  /** Ends an assignment, or replaces its end. */
  void end(Assignment assignment, NodeOutcome outcome, Turn turn) {
    LiveJob job = assignment.job();
    job.ended(assignment, outcome, time.now().instant());
    NodeQueue queue = queues.get(assignment.node());
    if (queue != null) {
      queue.ended(assignment, time.now());
      ready.add(assignment.node());
    }
    turn.change(new Change.PutResult(job.seq(), assignment.index(), outcome));
    if (job.isEnded()) {
      turn.change(new Change.PutSummary(job.seq(), job.summary()));
    }
    job.writes();
    turn.whenSafe(() -> published(assignment, outcome));
    listener.ended(assignment, outcome, turn);
  }

  private void published(Assignment assignment, NodeOutcome outcome) {
    LiveJob job = assignment.job();
    assignment.published();
    job.written();
    followers.tellAnswer(job.id(), job.parentId(), outcome);
    // Not while a late answer is on its way: the next one is counted on from what the store has.
    if (job.isEnded() && job.isWritten()) {
      JobSummary summary = job.summary();
      live.remove(job.id());
      liveBytes -= job.weight();
      contents.close(job.id());
      followers.tell(job.parentId(), Detail.JOBS, () -> new Event.JobEnded(summary, job.named()));
      parents.ended(job);
    }
  }

  /** Nothing of what was said to the node on an earlier connection counts any more. */
  void resend(Node node) {
    queueOf(node.identity()).resend();
    ready.add(node.identity());
  }

  /** The node takes work again. */
  void mayBeSent(Node node) {
    ready.add(node.identity());
  }

  /** Fails all that a node has not answered. */
  void giveUp(Node node, Turn turn) {
    for (Assignment assignment : queueOf(node.identity()).giveUp()) {
      end(assignment, Outcome.Reason.LOST, Reasons.lost(assignment, node, time.now()), turn);
    }
  }

  /**
   * Ends what was sent to a node that may know nothing of it any more: it may have run, and is not
   * sent again. A result that comes all the same counts.
   *
   * @return how many jobs that were
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

  /** Sends what may be sent. */
  void pump(Outbox outbox) {
    for (String name : ready) {
      Node node = nodes.find(name);
      if (node != null && node.state() == NodeView.State.ACTIVE) {
        pump(node, outbox);
      }
    }
    ready.clear();
  }

  private void pump(Node node, Outbox outbox) {
    NodeQueue queue = queueOf(node.identity());
    Moment now = time.now();
    for (Assignment next = queue.next(now, node.session());
        next != null;
        next = queue.next(now, node.session())) {
      if (next.job().isCancelled()) {
        outbox.cancel(node, next.job().id());
      } else {
        outbox.run(node.peer(), next);
      }
    }
  }

  NodeQueue queueOf(String node) {
    return queues.computeIfAbsent(node, name -> new NodeQueue(window));
  }

  LiveJob find(UUID id) {
    return live.get(id);
  }

  Collection<LiveJob> all() {
    return Collections.unmodifiableCollection(live.values());
  }

  /** The job of that id, or the jobs of that parent. */
  List<LiveJob> jobOrParent(UUID id) {
    LiveJob one = live.get(id);
    if (one != null) {
      return List.of(one);
    }
    List<LiveJob> jobs = new ArrayList<>();
    for (LiveJob job : live.values()) {
      if (job.parentId().equals(id)) {
        jobs.add(job);
      }
    }
    return jobs;
  }

  /** What the live jobs take in memory, roughly. */
  long liveBytes() {
    return liveBytes;
  }
}

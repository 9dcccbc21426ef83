package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.server.link.AddressedMessage;
import io.directord.server.metrics.Figures;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.rolling.Rollout;
import io.directord.server.store.Change;
import io.directord.server.time.Moment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The live jobs, and the queue of every node. */
final class JobBook {
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final Rollouts rollouts;
  private final Postponements postponements;
  private final HookBook hooks;
  private final int window;
  private final LiveJobs live = new LiveJobs();
  private final Map<String, NodeQueue> queues = new HashMap<>();
  private final Set<String> ready = new LinkedHashSet<>();

  /** Those of which results are judged, by their parents, in the order of submission. */
  private final Map<UUID, List<LiveJob>> judged = new HashMap<>();

  private final ParentLog parents = new ParentLog();
  private Listener listener;

  /** Listens to changes of jobs. */
  interface Listener {
    /**
     * Whether results of nodes count only as they are judged. Later jobs of its parent are given to
     * a node when the store has what was found.
     */
    boolean judges(Job job);

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
  JobBook(KeptJobs kept, NodeRegistry nodes, Rollouts rollouts, HookBook hooks, int window) {
    this.hooks = hooks;
    this.kept = kept;
    this.nodes = nodes;
    this.rollouts = rollouts;
    this.postponements = new Postponements(nodes, rollouts);
    this.window = window;
  }

  void listener(Listener to) {
    listener = to;
  }

  /** Restores an unfinished job after a restart. */
  void recover(LiveJob job, Iterable<Recovered> results, Turn turn) {
    countAwaited(
        job, kept.ofParent(job.parentId()).stream().noneMatch(one -> live.find(one.id()) != null));
    enter(job);
    rollouts.recovering(job, turn);
    for (Recovered result : results) {
      Assignment assignment = job.on(result.outcome().node());
      if (assignment != null) {
        job.ended(assignment, result.outcome(), turn.now());
        job.published(assignment, result.outcome());
        rollouts.recovering(assignment, result.outcome());
      }
    }
    job.assignments().stream()
        .filter(assignment -> !rollouts.isShut(assignment))
        .forEach(Assignment::recovered);
    turn.effect(new Effect.Open(job.id(), job.deliveries()));
    if (job.isEnded()) {
      // Its summary was lost with a damaged store.
      JobSummary summary = job.summary();
      turn.change(new Change.PutSummary(job.seq(), summary));
      hooks.ended(job, turn);
      leave(job, summary, turn);
    } else {
      queue(job, turn);
    }
  }

  /** Restores a result after a restart. */
  record Recovered(NodeOutcome outcome) {}

  /** Notes how many names the job brings that no node has. */
  void countAwaited(LiveJob job, boolean isFirstOfItsParent) {
    if (isFirstOfItsParent) {
      job.awaits((int) job.targets().stream().filter(name -> nodes.find(name) == null).count());
    }
  }

  void enter(LiveJob job) {
    live.add(job);
    kept.add(job.stored());
    parents.entered(job);
    hooks.entered(job);
    if (listener.judges(job.job())) {
      judged.computeIfAbsent(job.parentId(), id -> new ArrayList<>(1)).add(job);
    }
  }

  private void leave(LiveJob job, JobSummary summary, Turn turn) {
    live.remove(job);
    kept.ended(summary);
    if (parents.ended(job)) {
      rollouts.left(job.parentId(), turn);
    }
    judged.computeIfPresent(
        job.parentId(), (id, jobs) -> jobs.remove(job) && jobs.isEmpty() ? null : jobs);
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
      if ((node == null || node.isExpired()) && !rollouts.isHeld(assignment)) {
        end(assignment, Outcome.Reason.LOST, Reasons.gone(assignment, node), turn);
      } else {
        add(assignment, turn);
        ready.add(assignment.node());
      }
    }
  }

  private void add(Assignment assignment, Turn turn) {
    boolean shut = isShut(assignment);
    if (!shut) {
      listener.queued(assignment, turn);
    }
    queueOf(assignment.node()).add(assignment, shut);
  }

  /** Whether the node must not be given it yet. */
  private boolean isShut(Assignment assignment) {
    return rollouts.isShut(assignment) || awaitsJudgement(assignment);
  }

  /**
   * Whether what is found of an earlier job of its parent may still leave it out, which the node
   * could not know. The result must be in the store: after a crash it may be another one.
   */
  private boolean awaitsJudgement(Assignment assignment) {
    LiveJob job = assignment.job();
    List<LiveJob> ofParent = judged.get(job.parentId());
    return ofParent != null
        && !job.job().bypassesLanes()
        && ofParent.stream()
            .filter(earlier -> earlier.seq() < job.seq())
            .map(earlier -> earlier.on(assignment.node()))
            .anyMatch(earlier -> earlier != null && !earlier.isPublished());
  }

  /** Lets these nodes begin with jobs that waited for their turn; called when that is committed. */
  void begin(List<String> names) {
    ready.addAll(names);
  }

  /** Ends the jobs of a parent that were held for nodes which have not come by the deadline. */
  void giveUp(Rollouts.Overdue overdue, Turn turn) {
    for (LiveJob job : live(kept.ofParent(overdue.parent()))) {
      for (String node : overdue.nodes()) {
        Assignment assignment = job.on(node);
        if (assignment != null && !assignment.isEnded()) {
          String info = postponements.absence(node) + "; " + Reasons.overdue(overdue.until());
          end(assignment, Outcome.Reason.NOT_STARTED, info, turn);
        }
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
    boolean isFirst = !assignment.isEnded();
    boolean wasEnded = job.isEnded();
    job.ended(assignment, outcome, turn.now());
    if (outcome.reason() == Outcome.Reason.LOST && !assignment.mayHaveBeenSent()) {
      kept.find(job.id()).lostUnsent();
    }
    NodeQueue queue = queues.get(assignment.node());
    if (queue != null) {
      queue.ended(assignment, turn.now());
      ready.add(assignment.node());
    }
    turn.change(new Change.PutResult(job.seq(), assignment.index(), outcome));
    if (job.isEnded()) {
      turn.change(new Change.PutSummary(job.seq(), job.summary()));
      if (!wasEnded) {
        hooks.ended(job, turn);
      }
    }
    job.writes();
    turn.whenDurable(new Step.Ended(assignment, outcome));
    listener.ended(assignment, outcome, turn);
    if (isFirst) {
      rollouts.ended(assignment, outcome, turn);
    } else {
      endedLate(job.parentId(), outcome);
    }
  }

  /** A late result has taken the place of one that was lost. */
  void endedLate(UUID parent, NodeOutcome late) {
    rollouts.endedLate(parent, late);
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
    NodeQueue queue = queues.get(assignment.node());
    if (queue != null && queue.hasBehind()) {
      ready.add(assignment.node());
    }
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

  /** The node has come, gone or expired. */
  void changed(Node node, Turn turn) {
    rollouts.changed(node.identity(), turn);
    ready.add(node.identity());
  }

  /** Resumes sending to the node. */
  void mayBeSent(Node node) {
    ready.add(node.identity());
  }

  /** Fails all unfinished jobs of a node, without those that are held for it. */
  void giveUp(Node node, Turn turn) {
    rollouts.withdraw(node.identity(), parent -> isUntouched(parent, node));
    for (Assignment assignment : queueOf(node.identity()).giveUp(rollouts::isHeld)) {
      end(assignment, Outcome.Reason.LOST, Reasons.lost(assignment, node, turn.now()), turn);
    }
  }

  /** Until when each of the jobs is held for the node that stay if it expires. */
  List<Instant> heldUntil(Node node) {
    if (!rollouts.isAnyHolding()) {
      return List.of();
    }
    Map<UUID, Boolean> stays = new HashMap<>();
    return queueOf(node.identity()).unsent().stream()
        .filter(
            one ->
                rollouts.isHeld(one)
                    || stays.computeIfAbsent(
                        one.job().parentId(),
                        parent -> rollouts.isHolding(parent) && isUntouched(parent, node)))
        .map(one -> rollouts.find(one.job().parentId()).until())
        .toList();
  }

  /** Whether the node was given nothing of that parent, and nothing of it has ended there. */
  private boolean isUntouched(UUID parent, Node node) {
    return live(kept.ofParent(parent)).stream()
        .map(job -> job.on(node.identity()))
        .allMatch(one -> one == null || !one.mayHaveBeenSent() && !one.isEnded());
  }

  /**
   * Ends jobs that were sent to a node which may have lost them: they may have run, and are not
   * sent again. A late result still counts. What the store has in the way of a job kept it from
   * being sent, unless the store has lost something.
   *
   * @param wasRestored whether the node is seen for the first time since a backup was restored
   * @return number of these jobs
   */
  int interrupt(Node node, boolean wasRestored, Turn turn) {
    boolean isStoreWhole = !wasRestored && !kept.isStoreDamaged();
    NodeQueue queue = queueOf(node.identity());
    List<Assignment> sent = queue.mayHaveBeenSent(isStoreWhole);
    for (Assignment assignment : sent) {
      assignment.forgotten();
      end(assignment, Outcome.Reason.INTERRUPTED, Reasons.forgotten(node), turn);
    }
    List<Assignment> unsent =
        Stream.concat(queue.unsent().stream(), queue.unreleased().stream())
            .distinct()
            .filter(one -> !one.job().job().bypassesLanes())
            .toList();
    Set<UUID> failed =
        unsent.stream()
            .map(one -> one.job().parentId())
            .distinct()
            .filter(parent -> hasFailed(parent, node))
            .collect(Collectors.toSet());
    // The node knows nothing any more that would have it leave these out.
    unsent.stream()
        .filter(one -> failed.contains(one.job().parentId()))
        .forEach(one -> end(one, Outcome.Reason.OMITTED, Reasons.OMITTED, turn));
    return sent.size();
  }

  /** Ends the later jobs of its parent on its node, which takes it for done and would run them. */
  void omitLater(Assignment assignment, Turn turn) {
    LiveJob job = assignment.job();
    for (Assignment later : queueOf(assignment.node()).behind(job.parentId())) {
      if (later.job().seq() > job.seq()) {
        end(later, Outcome.Reason.OMITTED, Reasons.OMITTED, turn);
        if (later.mayHaveBeenSent()) {
          // A server of an earlier version did not wait.
          Node node = nodes.find(later.node());
          turn.whenDurable(new Step.Say(node, later.job().cancellation()));
        }
      }
    }
  }

  private boolean hasFailed(UUID parent, Node node) {
    return live(kept.ofParent(parent)).stream().anyMatch(job -> job.hasFailedOn(node.identity()));
  }

  /** Ends what is not answered by a node of this name, enrolled or only waited for. */
  void forget(String node, Turn turn) {
    for (Assignment assignment : queueOf(node).giveUp(held -> false)) {
      end(assignment, Outcome.Reason.LOST, Reasons.gone(assignment, null), turn);
    }
    queues.remove(node);
    rollouts.changed(node, turn);
  }

  /** Moves jobs on whose parents have their turn, and sends jobs within the windows. */
  void pump(Turn turn) {
    while (!ready.isEmpty()) {
      List<String> names = List.copyOf(ready);
      ready.clear();
      names.forEach(name -> pump(name, turn));
    }
  }

  private void pump(String name, Turn turn) {
    NodeQueue queue = queues.get(name);
    if (queue == null) {
      return;
    }
    queue.moveOn(this::isShut, released -> listener.queued(released, turn)).stream()
        .filter(rollouts::isShut)
        .forEach(rollouts::next);
    Node node = nodes.find(name);
    if (node != null && node.state() == NodeView.State.ACTIVE) {
      pump(node, turn);
    }
  }

  private void pump(Node node, Turn turn) {
    NodeQueue queue = queueOf(node.identity());
    Moment now = turn.now();
    for (Assignment next = queue.next(now, node.session());
        next != null;
        next = queue.next(now, node.session())) {
      String lacks = PreviewCapability.missing(next.job().job(), node);
      if (next.job().isCancelled()) {
        turn.say(node, next.job().cancellation());
      } else if (lacks != null) {
        end(next, Outcome.Reason.REFUSED, lacks, turn);
      } else {
        turn.effect(
            new Effect.Send(
                new AddressedMessage(node.peer(), next.job().runOn(node), next.isSentAgain()),
                next.isSentAgain() ? null : next.job().age(now)));
      }
    }
  }

  /** Whether jobs wait for a node of this name, enrolled or not. */
  boolean hasWorkFor(String node) {
    NodeQueue queue = queues.get(node);
    return queue != null && queue.outstanding() > 0;
  }

  NodeQueue queueOf(String node) {
    return queues.computeIfAbsent(node, name -> new NodeQueue(window));
  }

  LiveJob find(UUID id) {
    return live.find(id);
  }

  /** The job on that node; null if it has ended everywhere or has another target. */
  Assignment find(UUID id, Node node) {
    LiveJob job = live.find(id);
    return job == null ? null : job.on(node.identity());
  }

  LiveJobs jobs() {
    return live;
  }

  /** The job of that id, or the jobs of that parent. */
  List<LiveJob> jobOrParent(UUID id) {
    return live(kept.jobOrParent(id));
  }

  /** Those of them that have not ended. */
  List<LiveJob> live(List<KeptJobs.Kept> jobs) {
    return jobs.stream().map(job -> live.find(job.id())).filter(Objects::nonNull).toList();
  }

  /** The paused parent that what is next in a node's lane waits for; null if there is none. */
  Rollout waitsForPaused(NodeQueue queue) {
    Assignment first = queue.firstBehind();
    Rollout rollout = first == null ? null : rollouts.find(first.job().parentId());
    return rollout != null && rollout.isPaused() ? rollout : null;
  }

  /** Why a job has not begun on a node, as far as turns of parents are the reason; else null. */
  Postponements.Postponed whyNotBegun(Assignment one, Moment now) {
    NodeQueue queue = queueOf(one.node());
    Assignment other = queue.inTheWay(one);
    Postponements.Postponed why = postponements.find(one, other, now);
    return why == null && other != null && queue.isBehind(one) ? postponements.behind(other) : why;
  }

  /** The store has lost something: it gets what is held here, and learns what has ended. */
  void makeGood(Turn turn) {
    turn.change(
        new Change.MakeGood(
            nodes.all().stream().map(Node::pinned).toList(),
            live.inOrder().values().stream().map(LiveJob::held).toList()));
  }

  /** How many jobs there are, and where; {@code endedJobs} are those that are kept. */
  Figures.Work figures(int endedJobs) {
    int queued = 0;
    int sent = 0;
    int full = 0;
    for (NodeQueue queue : queues.values()) {
      queued += queue.queued();
      sent += queue.sent();
      full += queue.isFull() ? 1 : 0;
    }
    return new Figures.Work(
        live.size(), endedJobs, queued, sent, full, rollouts.holding(), rollouts.paused());
  }
}

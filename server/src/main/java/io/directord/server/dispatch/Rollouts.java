package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.JobProgress;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.RunState;
import io.directord.common.job.ParentOptions;
import io.directord.common.validation.Counted;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.rolling.Rollout;
import io.directord.server.rolling.Rollout.Verdict;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.store.Change;
import io.directord.server.store.StoredRun;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** The parents that do not begin on all of their nodes at once, and which of these have begun. */
final class Rollouts {
  private static final System.Logger LOG = System.getLogger(Rollouts.class.getName());

  private final NodeRegistry nodes;
  private final Map<UUID, Rollout> rollouts = new LinkedHashMap<>();

  /** What the store has of each. */
  private final Map<UUID, RunState> committed = new HashMap<>();

  /** Those that wait for nodes that are away, by the names of these. */
  private final Map<String, Set<Rollout>> holding = new HashMap<>();

  /** Those that have finished on nodes that are still to come back from a reboot. */
  private final Map<String, Set<Rollout>> rebooting = new HashMap<>();

  /** Those that may have to go on at the end of the turn. */
  private final Set<Rollout> touched = new LinkedHashSet<>();

  /** What the store had at the start, until the jobs are restored. */
  private final Map<UUID, StoredRun> stored = new HashMap<>();

  /** Those of which the store had no progress, until the jobs are restored. */
  private final Set<Rollout> lost = new LinkedHashSet<>();

  /**
   * What had ended before the start, until the jobs are restored: only then it is known what has
   * not ended.
   */
  private final List<Ended> endedBefore = new ArrayList<>();

  private record Ended(Rollout rollout, String node, Verdict verdict) {}

  Rollouts(NodeRegistry nodes) {
    this.nodes = nodes;
  }

  // Jobs that come

  /** Jobs are submitted, all those of a parent together. */
  void enter(List<LiveJob> jobs, Turn turn) {
    Map<UUID, List<LiveJob>> parents = new LinkedHashMap<>();
    for (LiveJob job : jobs) {
      if (job.job().parent().options().paced()) {
        parents.computeIfAbsent(job.parentId(), id -> new ArrayList<>()).add(job);
      }
    }
    parents.forEach(
        (id, all) -> {
          Set<String> names = new LinkedHashSet<>();
          all.forEach(job -> names.addAll(job.targets()));
          List<String> targets = List.copyOf(names);
          ParentOptions options = all.get(0).job().parent().options();
          Rollout rollout = new Rollout(id, options, targets, turn.now());
          rollouts.put(id, rollout);
          touched.add(rollout);
          turn.change(new Change.PutRun(id, targets));
          all.forEach(job -> expect(rollout, job));
          watch(rollout);
        });
  }

  private static void expect(Rollout rollout, LiveJob job) {
    job.assignments().forEach(one -> rollout.expect(one.node()));
  }

  private void watch(Rollout rollout) {
    if (rollout.isHolding()) {
      for (String node : rollout.nodes()) {
        if (!rollout.hasBegun(node)) {
          holding.computeIfAbsent(node, name -> new LinkedHashSet<>(2)).add(rollout);
          rollout.away(node, isAway(node));
        }
      }
    }
  }

  private boolean isAway(String name) {
    Node node = nodes.find(name);
    return node == null || node.state() != NodeView.State.ACTIVE;
  }

  // A restart

  /** What the store has, without what was lost by damage; before any job is restored. */
  void recover(Collection<StoredRun> runs) {
    runs.forEach(run -> stored.put(run.parent(), run));
  }

  /** A job is restored. */
  void recovering(LiveJob job, Turn turn) {
    if (!job.job().parent().options().paced()) {
      return;
    }
    Rollout rollout = rollouts.computeIfAbsent(job.parentId(), id -> restored(job, turn.now()));
    job.targets().forEach(rollout::include);
    expect(rollout, job);
  }

  private Rollout restored(LiveJob job, Moment now) {
    ParentOptions options = job.job().parent().options();
    StoredRun run = stored.remove(job.parentId());
    if (run != null && run.progress() != null) {
      return new Rollout(run.parent(), options, run.nodes(), run.progress(), now);
    }
    Rollout rollout = new Rollout(job.parentId(), options, List.of(), now);
    rollout.pauseForLoss(now.instant());
    lost.add(rollout);
    return rollout;
  }

  /** A result of a job that is being restored. */
  void recovering(Assignment assignment, NodeOutcome outcome) {
    Rollout rollout = rollouts.get(assignment.job().parentId());
    if (rollout != null) {
      endedBefore.add(new Ended(rollout, assignment.node(), verdict(outcome)));
    }
  }

  /** All jobs are restored. */
  void recovered(Turn turn) {
    for (Ended one : endedBefore) {
      if (lost.contains(one.rollout)) {
        one.rollout.assumeBegun(one.node);
      }
      one.rollout.ended(one.node, one.verdict);
    }
    endedBefore.clear();
    for (Rollout rollout : rollouts.values()) {
      watch(rollout);
      rollout.finishedBefore().forEach(node -> finished(rollout, node, turn.now()));
      committed.put(rollout.parent(), stateOf(rollout));
      touched.add(rollout);
    }
    lost.forEach(run -> turn.change(new Change.PutRun(run.parent(), List.copyOf(run.nodes()))));
    lost.clear();
    stored.keySet().forEach(parent -> turn.change(new Change.ForgetRun(parent)));
    stored.clear();
  }

  // What happens to jobs and nodes

  /** Whether the job's parent must not begin on that node yet. */
  boolean isShut(Assignment assignment) {
    Rollout rollout = rollouts.get(assignment.job().parentId());
    return rollout != null && rollout.isShut(assignment.node());
  }

  /** Whether the job stays when its node goes away, or has not come yet. */
  boolean isHeld(Assignment assignment) {
    Rollout rollout = rollouts.get(assignment.job().parentId());
    return rollout != null && rollout.isHolding() && rollout.isShut(assignment.node());
  }

  /** Whether jobs of any parent stay for nodes that are away. */
  boolean isAnyHolding() {
    return rollouts.values().stream().anyMatch(Rollout::isHolding);
  }

  /** Whether the parent waits for nodes that are away. */
  boolean isHolding(UUID parent) {
    Rollout rollout = rollouts.get(parent);
    return rollout != null && rollout.isHolding();
  }

  /** Nothing is in the way of that job on its node but its parent's turn. */
  void next(Assignment assignment) {
    Rollout rollout = rollouts.get(assignment.job().parentId());
    if (rollout.isHolding() && isAway(assignment.node())) {
      rollout.away(assignment.node(), true);
    } else {
      rollout.away(assignment.node(), false);
      rollout.ready(assignment.node());
    }
    touched.add(rollout);
  }

  /** A job has ended on a node, for the first time. */
  void ended(Assignment assignment, NodeOutcome outcome, Turn turn) {
    Rollout rollout = rollouts.get(assignment.job().parentId());
    if (rollout == null) {
      return;
    }
    touched.add(rollout);
    if (rollout.ended(assignment.node(), verdict(outcome))) {
      finished(rollout, assignment.node(), turn.now());
    }
  }

  /** All jobs have ended on a node, which has finished once it is back from a reboot. */
  private void finished(Rollout rollout, String name, Moment now) {
    Node node = nodes.find(name);
    if (node != null && node.isRebooting()) {
      rebooting.computeIfAbsent(name, none -> new LinkedHashSet<>(2)).add(rollout);
    } else {
      rollout.finished(name, now);
    }
  }

  /** A late result has taken the place of one that was lost, which had counted as a failure. */
  void endedLate(UUID parent, NodeOutcome late) {
    Rollout rollout = rollouts.get(parent);
    if (rollout != null && verdict(late) != Verdict.FAILED) {
      rollout.takeBack(late.node());
      touched.add(rollout);
    }
  }

  /**
   * A node has gone for too long: parents that wait for nodes which are away, and of which it was
   * given nothing yet, have not begun there after all.
   *
   * @param isUntouched whether it was given nothing of a parent
   */
  void withdraw(String node, Predicate<UUID> isUntouched) {
    for (Rollout rollout : holding.getOrDefault(node, Set.of())) {
      if (rollout.isHolding()
          && rollout.hasBegun(node)
          && !rollout.isShut(node)
          && isUntouched.test(rollout.parent())) {
        rollout.withdraw(node);
        touched.add(rollout);
      }
    }
  }

  private static Verdict verdict(NodeOutcome outcome) {
    if (outcome.state() != NodeOutcome.State.FAILED) {
      return Verdict.WELL;
    }
    return switch (outcome.reason()) {
      case CANCELLED, OMITTED, DROPPED -> Verdict.NEITHER;
      default -> Verdict.FAILED;
    };
  }

  /** A node has come, gone or expired, or was forgotten. */
  void changed(String name, Turn turn) {
    for (Rollout rollout : holding.getOrDefault(name, Set.of())) {
      if (rollout.isHolding() && rollout.away(name, isAway(name))) {
        touched.add(rollout);
      }
    }
    Node node = nodes.find(name);
    if (rebooting.containsKey(name) && (node == null || !node.isRebooting())) {
      for (Rollout rollout : rebooting.remove(name)) {
        if (isAway(name)) {
          rollout.failed(name);
        }
        rollout.finished(name, turn.now());
        touched.add(rollout);
      }
    }
  }

  /** The last job of a parent has left. */
  void left(UUID parent, Turn turn) {
    Rollout rollout = rollouts.remove(parent);
    if (rollout == null) {
      return;
    }
    committed.remove(parent);
    touched.remove(rollout);
    for (String node : rollout.nodes()) {
      remove(holding, node, rollout);
      remove(rebooting, node, rollout);
    }
    turn.change(new Change.ForgetRun(parent));
  }

  private static void remove(Map<String, Set<Rollout>> from, String node, Rollout rollout) {
    Set<Rollout> all = from.get(node);
    if (all != null && all.remove(rollout) && all.isEmpty()) {
      from.remove(node);
    }
  }

  // Time, and the end of a turn

  /** Nodes whose time to come is up. */
  record Overdue(UUID parent, List<String> nodes, Instant until) {}

  /** Called about once a second. */
  List<Overdue> tick(Moment now) {
    List<Overdue> overdue = new ArrayList<>();
    for (Rollout rollout : rollouts.values()) {
      Instant until = rollout.until();
      List<String> late = rollout.overdue(now);
      if (!late.isEmpty()) {
        overdue.add(new Overdue(rollout.parent(), late, until));
      }
      if (rollout.waitsForTime() || rollout.isHolding() || !late.isEmpty()) {
        touched.add(rollout);
      }
    }
    return overdue;
  }

  /** Has further nodes begin where they may; must be called at the end of every turn. */
  void advance(Turn turn) {
    for (Rollout rollout : touched) {
      boolean wasPaused = rollout.isPaused();
      List<String> next = rollout.begin(turn.now());
      if (rollout.isPaused() && !wasPaused) {
        LOG.log(
            Level.WARNING,
            "parent {0} is paused: {1}; {2} not begun",
            rollout.parent(),
            rollout.pausedBecause(),
            Counted.of(rollout.pending(), "node"));
      }
      RolloutProgress progress = rollout.unstored();
      if (progress != null) {
        turn.change(new Change.PutProgress(rollout.parent(), progress));
      }
      RunState state = stateOf(rollout);
      if (progress != null || !state.equals(committed.get(rollout.parent()))) {
        turn.whenDurable(new Step.RunMoved(rollout.parent(), next, state));
      }
    }
    touched.clear();
  }

  /** The store has it. Returns the nodes that may be given their jobs. */
  List<String> committed(Step.RunMoved moved, Turn turn) {
    Rollout rollout = rollouts.get(moved.parent());
    if (rollout == null) {
      return List.of();
    }
    List<String> begin = begin(rollout, moved.begin());
    RunState before = committed.put(moved.parent(), moved.state());
    boolean isNews = moved.state().paused() != null || before != null && before.paused() != null;
    if (isNews && !moved.state().equals(before)) {
      turn.tell(moved.parent(), Detail.JOBS, new Event.RunChanged(moved.state()));
    }
    return begin;
  }

  /** Has nodes begin, without those that have gone meanwhile and are waited for. */
  private List<String> begin(Rollout rollout, List<String> names) {
    List<String> present = new ArrayList<>();
    for (String name : names) {
      if (rollout.isHolding() && isAway(name)) {
        rollout.withdraw(name);
        rollout.away(name, true);
        touched.add(rollout);
      } else {
        present.add(name);
      }
    }
    rollout.opened(present);
    return present;
  }

  private static RunState stateOf(Rollout rollout) {
    return new RunState(
        rollout.parent(),
        rollout.pausedBecause(),
        rollout.pending(),
        rollout.held(),
        rollout.running(),
        rollout.failures(),
        rollout.held() == 0 ? null : rollout.until());
  }

  /** The store has lost something: it gets what it must have of each. */
  void storeLost(Turn turn) {
    for (Rollout rollout : rollouts.values()) {
      turn.change(new Change.PutRun(rollout.parent(), List.copyOf(rollout.nodes())));
      rollout.storeLost();
      touched.add(rollout);
    }
  }

  // Who asks

  int holding() {
    return (int) rollouts.values().stream().filter(Rollout::isHolding).count();
  }

  int paused() {
    return (int) rollouts.values().stream().filter(Rollout::isPaused).count();
  }

  /** The parent's rollout; null if it begins everywhere at once, or has ended. */
  Rollout find(UUID parent) {
    return rollouts.get(parent);
  }

  /** A caller has changed it. */
  RunState changedByHand(Rollout rollout) {
    touched.add(rollout);
    return stateOf(rollout);
  }

  /** What the store has of a parent; null if it begins everywhere at once, or has ended. */
  RunState state(UUID parent) {
    return committed.get(parent);
  }

  /** How far a job has come that has not ended, as the store has it. */
  JobProgress progress(LiveJob job) {
    RunState parent = committed.get(job.parentId());
    Rollout rollout = rollouts.get(job.parentId());
    if (parent == null || rollout == null) {
      return JobProgress.of(null, 0, 0);
    }
    if (job.targets().size() == rollout.nodes().size()) {
      return JobProgress.of(parent, parent.notBegun(), parent.held());
    }
    int notBegun = 0;
    int held = 0;
    for (Assignment one : job.assignments()) {
      if (!one.isEnded() && rollout.isShut(one.node())) {
        notBegun++;
        held += rollout.isHeld(one.node()) ? 1 : 0;
      }
    }
    return JobProgress.of(parent, notBegun, held);
  }
}

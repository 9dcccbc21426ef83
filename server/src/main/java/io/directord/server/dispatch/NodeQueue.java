package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The queue of one node: jobs that have not their turn yet, waiting jobs, in the order of their
 * submission, and a window of outstanding ones, which bounds what a node must hold. Jobs that
 * bypass the lanes have a second window, since the jobs in the first may wait for them.
 */
final class NodeQueue {
  /** Maximum bytes of outstanding encoded jobs. */
  private static final long MAX_SENT_BYTES = 4L << 20;

  private final int window;
  private final Deque<Assignment> urgent = new ArrayDeque<>(1);
  private final Deque<Assignment> waiting = new ArrayDeque<>(1);
  private final Map<UUID, Assignment> sent = new LinkedHashMap<>();

  /**
   * Jobs whose parent has not its turn here yet, or that may still be left out, and all of the
   * node's lane behind them.
   */
  private final Deque<Assignment> behind = new ArrayDeque<>(1);

  /** Jobs of asynchronous parents and of dry runs that have not their turn here yet. */
  private final Map<UUID, Deque<Assignment>> besides = new LinkedHashMap<>();

  /** Number of jobs of the node's lane that have their turn and have not ended. */
  private int inLane;

  private final Map<UUID, UUID> adrift = new HashMap<>();
  private long sentBytes;
  private boolean paused;
  private Moment moved;

  /**
   * @param window maximum number of outstanding jobs
   */
  NodeQueue(int window) {
    this.window = window;
  }

  /**
   * Adds a job.
   *
   * @param shut whether the node must not be given it yet
   * @return whether it waits to be sent only
   */
  boolean add(Assignment assignment, boolean shut) {
    UUID parent = assignment.job().parentId();
    boolean bypasses = assignment.job().job().bypassesLanes();
    boolean beside = isBesideLane(assignment);
    boolean isNext = bypasses || (beside ? !besides.containsKey(parent) : behind.isEmpty());
    if (shut || !isNext) {
      line(assignment).add(assignment);
    } else {
      release(assignment);
      return true;
    }
    return false;
  }

  /** Whether it neither waits for the node's lane nor holds it up. */
  private static boolean isBesideLane(Assignment assignment) {
    Job job = assignment.job().job();
    return job.parent().async() || job.isDryRun();
  }

  /** The jobs among which it waits for its turn. */
  private Deque<Assignment> line(Assignment assignment) {
    return isBesideLane(assignment)
        ? besides.computeIfAbsent(assignment.job().parentId(), id -> new ArrayDeque<>(1))
        : behind;
  }

  private void release(Assignment assignment) {
    boolean bypasses = assignment.job().job().bypassesLanes();
    (bypasses ? urgent : waiting).add(assignment);
    if (!bypasses && !isBesideLane(assignment)) {
      assignment.entersLane();
      inLane++;
    }
  }

  /**
   * Moves on the jobs that the node may be given.
   *
   * @param isShut whether the node must not be given a job yet
   * @param released gets these jobs, in order
   * @return those that are next: nothing else is in their way here
   */
  List<Assignment> moveOn(Predicate<Assignment> isShut, Consumer<Assignment> released) {
    moveOn(behind, isShut, released);
    besides.values().removeIf(jobs -> moveOn(jobs, isShut, released));
    List<Assignment> next = new ArrayList<>();
    if (inLane == 0) {
      first(behind).ifPresent(next::add);
    }
    besides.values().forEach(jobs -> first(jobs).ifPresent(next::add));
    return next;
  }

  private static Optional<Assignment> first(Deque<Assignment> jobs) {
    return jobs.stream().filter(one -> !one.isEnded()).findFirst();
  }

  /** Whether nothing is left. */
  private boolean moveOn(
      Deque<Assignment> jobs, Predicate<Assignment> isShut, Consumer<Assignment> released) {
    dropPublished(jobs);
    while (!jobs.isEmpty() && !jobs.peek().isEnded() && !isShut.test(jobs.peek())) {
      Assignment next = jobs.remove();
      release(next);
      released.accept(next);
      dropPublished(jobs);
    }
    return jobs.isEmpty();
  }

  /**
   * One that has ended stays in the way until the store has that: so what is behind one that has
   * not ended by the store was never sent, see {@link #mayHaveBeenSent}.
   */
  private static void dropPublished(Deque<Assignment> jobs) {
    while (!jobs.isEmpty() && jobs.peek().isEnded() && jobs.peek().isPublished()) {
      jobs.remove();
    }
  }

  /** The first job of the node's lane whose parent has not its turn; null if there is none. */
  Assignment firstBehind() {
    return first(behind).orElse(null);
  }

  /** Whether jobs wait for the turn of their parent, or of one before it. */
  boolean hasBehind() {
    return !behind.isEmpty() || !besides.isEmpty();
  }

  /** Whether a job waits for the turn of its parent, or of one before it. */
  boolean isBehind(Assignment assignment) {
    return behind().anyMatch(one -> one == assignment);
  }

  /** A job of another parent that must end before this one may have its turn; null for none. */
  Assignment inTheWay(Assignment assignment) {
    if (isBesideLane(assignment)) {
      return null;
    }
    UUID parent = assignment.job().parentId();
    return Stream.of(sent.values(), waiting, behind)
        .flatMap(Collection::stream)
        .filter(one -> !one.isEnded() && !isBesideLane(one))
        .findFirst()
        .filter(one -> !one.job().parentId().equals(parent))
        .orElse(null);
  }

  /**
   * Where a waiting job stands.
   *
   * @param ahead number of waiting jobs before it
   * @param outstanding number of jobs that the node has
   * @param first of these; null if there is none
   */
  record Place(int ahead, int outstanding, Assignment first) {}

  /** The place of a job in the queue; null if it is not there. */
  Place place(Assignment assignment) {
    int ahead = 0;
    for (Deque<Assignment> jobs : List.of(urgent, waiting)) {
      for (Assignment one : jobs) {
        if (one == assignment) {
          Assignment first = sent.isEmpty() ? null : sent.values().iterator().next();
          return new Place(ahead, sent.size(), first);
        }
        ahead += one.isEnded() ? 0 : 1;
      }
    }
    return null;
  }

  /** Those that this server has not sent, nor one before it. */
  List<Assignment> unsent() {
    return Stream.concat(waiting.stream(), behind())
        .filter(a -> !a.isEnded() && !a.mayHaveBeenSent())
        .toList();
  }

  /** Those that wait for the turn of their parent, or of one before it, and have not ended. */
  List<Assignment> unreleased() {
    return behind().filter(one -> !one.isEnded()).toList();
  }

  /** Jobs of that parent that the node must not be given yet. */
  List<Assignment> behind(UUID parent) {
    return behind().filter(a -> !a.isEnded() && a.job().parentId().equals(parent)).toList();
  }

  private Stream<Assignment> behind() {
    return Stream.concat(behind.stream(), besides.values().stream().flatMap(Collection::stream));
  }

  /** Nothing is sent until {@link #resend}: the node is about to be welcomed. */
  void pause() {
    paused = true;
  }

  /** Takes the next job to send; null if there is none or the window is full. */
  Assignment next(Moment now, UUID session) {
    dropEnded(urgent);
    dropEnded(waiting);
    Deque<Assignment> turn = urgent.isEmpty() ? waiting : urgent;
    if (paused || turn.isEmpty() || isFull(turn == urgent ? 2 : 1)) {
      return null;
    }
    Assignment next = turn.remove();
    next.sent(now, session);
    moved = now;
    sent.put(next.job().id(), next);
    sentBytes += next.job().runBytes();
    return next;
  }

  private boolean isFull(int windows) {
    return sent.size() >= windows * window || sentBytes > windows * MAX_SENT_BYTES;
  }

  private static void dropEnded(Deque<Assignment> jobs) {
    while (!jobs.isEmpty() && jobs.peek().isEnded()) {
      jobs.remove();
    }
  }

  /** Removes a job that has ended. */
  void ended(Assignment assignment, Moment now) {
    moved = now;
    inLane -= assignment.leavesLane() ? 1 : 0;
    if (sent.remove(assignment.job().id(), assignment)) {
      sentBytes -= assignment.job().runBytes();
    }
  }

  /** Queues everything that was sent for redelivery, before waiting jobs. */
  void resend() {
    paused = false;
    List<Assignment> again = new ArrayList<>(sent.values());
    sent.clear();
    sentBytes = 0;
    for (int i = again.size() - 1; i >= 0; i--) {
      again.get(i).unsent();
      urgent.addFirst(again.get(i));
    }
  }

  /**
   * Unfinished jobs that the node may have.
   *
   * @param isStoreWhole whether the store has all that servers before this one had
   */
  List<Assignment> mayHaveBeenSent(boolean isStoreWhole) {
    return Stream.of(
            sent.values().stream(),
            urgent.stream(),
            waiting.stream(),
            isStoreWhole ? Stream.<Assignment>empty() : behind())
        .flatMap(jobs -> jobs)
        .filter(assignment -> !assignment.isEnded() && assignment.mayHaveBeenSent())
        .toList();
  }

  /**
   * Removes and returns all unfinished jobs, in order.
   *
   * @param stays whether a job is kept, and has not its turn
   */
  List<Assignment> giveUp(Predicate<Assignment> stays) {
    List<Assignment> all = new ArrayList<>(sent.values());
    List<Assignment> kept = new ArrayList<>();
    Stream.concat(urgent.stream(), waiting.stream())
        .filter(assignment -> !assignment.isEnded())
        .forEach(assignment -> (stays.test(assignment) ? kept : all).add(assignment));
    sent.clear();
    sentBytes = 0;
    urgent.clear();
    waiting.clear();
    behind().filter(job -> !job.isEnded() && !stays.test(job)).forEach(all::add);
    behind.removeIf(job -> !stays.test(job));
    besides.values().forEach(jobs -> jobs.removeIf(job -> !stays.test(job)));
    besides.values().removeIf(Collection::isEmpty);
    putBack(kept);
    return all;
  }

  /** Has jobs that had their turn wait for it again, before those that never had it. */
  private void putBack(List<Assignment> jobs) {
    for (int i = jobs.size() - 1; i >= 0; i--) {
      Assignment job = jobs.get(i);
      inLane -= job.leavesLane() ? 1 : 0;
      line(job).addFirst(job);
    }
  }

  /** Notes that a job of an expired node is still running there. */
  void adrift(UUID job, UUID parent) {
    adrift.put(job, parent);
  }

  /** Clears and returns the jobs known to run there, since the node is about to list them. */
  Set<UUID> takeAdrift() {
    Set<UUID> known = Set.copyOf(adrift.keySet());
    adrift.clear();
    return known;
  }

  /** Jobs of that id or parent that were given up and are still running, with their parents. */
  Map<UUID, UUID> adrift(UUID jobOrParent) {
    Map<UUID, UUID> those = new HashMap<>(adrift);
    those
        .entrySet()
        .removeIf(one -> !one.getKey().equals(jobOrParent) && !one.getValue().equals(jobOrParent));
    return those;
  }

  /** The node has said what became of it. */
  void answered(UUID job) {
    adrift.remove(job);
  }

  /** Time without any message about its jobs, although some were sent and none is running. */
  Duration stuck(Moment now) {
    boolean idle =
        !sent.isEmpty()
            && sent.values().stream().noneMatch(one -> one.state() == NodeOutcome.State.RUNNING);
    return idle ? now.since(moved) : Duration.ZERO;
  }

  /** Jobs that wait to be sent, which some may have ended since. */
  int queued() {
    int beside = 0;
    for (Deque<Assignment> jobs : besides.values()) {
      beside += jobs.size();
    }
    return urgent.size() + waiting.size() + behind.size() + beside;
  }

  /** Jobs that were sent and have not ended. */
  int sent() {
    return sent.size();
  }

  /** Whether a job that waits must wait for a result. */
  boolean isFull() {
    return isFull(1);
  }

  int outstanding() {
    return sent.size()
        + (int)
            Stream.of(urgent.stream(), waiting.stream(), behind())
                .flatMap(jobs -> jobs)
                .filter(assignment -> !assignment.isEnded())
                .count();
  }
}

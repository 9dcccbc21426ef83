package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
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
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The queue of one node: waiting jobs, in the order of their submission, and a window of
 * outstanding ones, which bounds what a node must hold. Jobs that bypass the lanes have a second
 * window, since the jobs in the first may wait for them.
 */
final class NodeQueue {
  /** Maximum bytes of outstanding encoded jobs. */
  private static final long MAX_SENT_BYTES = 4L << 20;

  private final int window;
  private final Deque<Assignment> urgent = new ArrayDeque<>();
  private final Deque<Assignment> waiting = new ArrayDeque<>();
  private final Map<UUID, Assignment> sent = new LinkedHashMap<>();
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

  void add(Assignment assignment) {
    boolean bypasses = assignment.job().job().bypassesLanes();
    (bypasses ? urgent : waiting).add(assignment);
  }

  /** Those that have never been sent. */
  List<Assignment> unsent() {
    return waiting.stream().filter(a -> !a.isEnded() && !a.mayHaveBeenSent()).toList();
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

  /** Unfinished jobs that the node may have. */
  List<Assignment> mayHaveBeenSent() {
    return Stream.of(sent.values(), urgent, waiting)
        .flatMap(Collection::stream)
        .filter(assignment -> !assignment.isEnded() && assignment.mayHaveBeenSent())
        .toList();
  }

  /** Removes and returns all unfinished jobs, in order. */
  List<Assignment> giveUp() {
    List<Assignment> all = new ArrayList<>(sent.values());
    urgent.stream().filter(assignment -> !assignment.isEnded()).forEach(all::add);
    waiting.stream().filter(assignment -> !assignment.isEnded()).forEach(all::add);
    sent.clear();
    sentBytes = 0;
    urgent.clear();
    waiting.clear();
    return all;
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

  /** Jobs of that id or parent that were given up and are still running. */
  List<UUID> adrift(UUID jobOrParent) {
    return adrift.entrySet().stream()
        .filter(one -> one.getKey().equals(jobOrParent) || one.getValue().equals(jobOrParent))
        .map(Map.Entry::getKey)
        .toList();
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

  int outstanding() {
    return sent.size()
        + (int)
            Stream.concat(urgent.stream(), waiting.stream())
                .filter(assignment -> !assignment.isEnded())
                .count();
  }
}

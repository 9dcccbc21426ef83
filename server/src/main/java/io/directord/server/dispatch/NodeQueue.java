package io.directord.server.dispatch;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * What one node has to do: jobs that wait, in the order of their submission, and a window of those
 * that were sent and not answered. So no more is ever under way to a node than it may hold.
 */
final class NodeQueue {
  /** Of encoded jobs that were sent and not answered. */
  private static final long MAX_SENT_BYTES = 4L << 20;

  private final int window;
  private final Deque<Assignment> waiting = new ArrayDeque<>();
  private final Map<UUID, Assignment> sent = new LinkedHashMap<>();
  private final Set<UUID> lost = new HashSet<>();
  private long sentBytes;
  private boolean paused;

  /**
   * @param window how many jobs may be sent and not answered
   */
  NodeQueue(int window) {
    this.window = window;
  }

  void add(Assignment assignment) {
    waiting.add(assignment);
  }

  /** Nothing is sent until {@link #resend}: the node is about to be welcomed. */
  void pause() {
    paused = true;
  }

  /** The next job to send, now sent; null if there is none or the window is full. */
  Assignment next(Instant now) {
    while (!waiting.isEmpty() && waiting.peek().isEnded()) {
      waiting.remove();
    }
    boolean full = sent.size() >= window || sentBytes > MAX_SENT_BYTES;
    if (paused || full || waiting.isEmpty()) {
      return null;
    }
    Assignment next = waiting.remove();
    next.sent(now);
    sent.put(next.job().id(), next);
    sentBytes += next.job().runBytes();
    return next;
  }

  /** The node has answered the job, or it was ended otherwise. */
  void ended(Assignment assignment) {
    if (sent.remove(assignment.job().id(), assignment)) {
      sentBytes -= assignment.job().runBytes();
    }
  }

  /** Everything that was sent is to be sent again, before what waits. */
  void resend() {
    paused = false;
    List<Assignment> again = new ArrayList<>(sent.values());
    sent.clear();
    sentBytes = 0;
    for (int i = again.size() - 1; i >= 0; i--) {
      again.get(i).unsent();
      waiting.addFirst(again.get(i));
    }
  }

  /** All that has no answer, in order; the queue is empty afterwards. */
  List<Assignment> giveUp() {
    List<Assignment> all = new ArrayList<>(sent.values());
    waiting.stream().filter(assignment -> !assignment.isEnded()).forEach(all::add);
    all.stream()
        .filter(Assignment::mayHaveBeenSent)
        .forEach(assignment -> lost.add(assignment.job().id()));
    sent.clear();
    sentBytes = 0;
    waiting.clear();
    return all;
  }

  /** Jobs that the node was given up with and may still run. */
  List<UUID> lost() {
    return List.copyOf(lost);
  }

  /** The node has said what became of it. */
  void answered(UUID job) {
    lost.remove(job);
  }

  int outstanding() {
    return sent.size() + (int) waiting.stream().filter(waits -> !waits.isEnded()).count();
  }
}

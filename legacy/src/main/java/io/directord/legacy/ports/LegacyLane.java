package io.directord.legacy.ports;

import io.directord.common.job.Job;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Jobs that a client runs one after the other: all that are not of an async parent, or those of one
 * async parent. The client takes what it is sent, but forgets that a parent has failed, so the next
 * job of a parent is sent only when the one before is answered.
 */
final class LegacyLane {
  private final Deque<LegacyJob> waiting = new ArrayDeque<>();

  /** Those that are not answered, by their parents: of each one at most. */
  private final Map<UUID, LegacyJob> sent = new HashMap<>();

  private LegacyJob preparing;

  /** Which lane a job belongs to. */
  static String nameFor(Job job) {
    UUID own = job.parent().async() ? job.parent().id() : null;
    return String.valueOf(job.bypassesLanes() ? job.id() : own);
  }

  void add(LegacyJob job) {
    waiting.add(job);
  }

  /** The job at the head, or null. */
  LegacyJob head() {
    return waiting.peek();
  }

  /** Whether another job of the head's parent is not answered yet, or one before it not sent. */
  boolean isHeadHeld() {
    return preparing != null || sent.containsKey(parent(head()));
  }

  /** A job that counts as sent has not left yet: no other job may overtake it. */
  void prepare(LegacyJob job) {
    preparing = job;
  }

  /** It has left now, or was given up. */
  void prepared(LegacyJob job) {
    preparing = preparing == job ? null : preparing;
  }

  /** The head must wait, so no waiting job can have been sent before. */
  void settle() {
    waiting.forEach(LegacyJob::settle);
  }

  /** Removes the head: it has a result without the client. */
  LegacyJob drop() {
    return waiting.remove();
  }

  /** Removes the head: it is sent to the client. */
  LegacyJob send() {
    LegacyJob job = waiting.remove();
    sent.put(parent(job), job);
    return job;
  }

  /** A job that was sent has a result, or was given up. */
  void remove(LegacyJob job) {
    sent.remove(parent(job), job);
  }

  /** Removes a job that was not sent. */
  void removeWaiting(UUID job) {
    waiting.removeIf(one -> one.job().id().equals(job));
  }

  /** The jobs of its parent that wait before it; all that wait if it is not among them. */
  Set<UUID> waitingBefore(Job job) {
    return waiting.stream()
        .takeWhile(one -> !one.job().id().equals(job.id()))
        .filter(one -> parent(one).equals(job.parent().id()))
        .map(one -> one.job().id())
        .collect(Collectors.toSet());
  }

  boolean isEmpty() {
    return waiting.isEmpty() && sent.isEmpty();
  }

  private static UUID parent(LegacyJob job) {
    return job.job().parent().id();
  }
}

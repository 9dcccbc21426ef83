package io.directord.server.api;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Events that wait for one follower, in bounded memory. Once it is full, events are counted
 * instead, until the follower has caught up and been told how many it has missed. Thread-safe.
 */
final class EventQueue {
  private static final int BYTES_BESIDE_TEXT = 512;

  private final long limit;
  private final Queue<Event> events = new ArrayDeque<>();
  private long bytes;
  private long missed;

  /**
   * @param limit in bytes, roughly
   */
  EventQueue(long limit) {
    this.limit = limit;
  }

  /** Returns whether somebody must come and take: whether there was nothing before. */
  synchronized boolean offer(Event event) {
    long more = weight(event);
    boolean wasEmpty = events.isEmpty();
    if (missed > 0 || !wasEmpty && bytes + more > limit) {
      missed++;
      return false;
    }
    events.add(event);
    bytes += more;
    return wasEmpty;
  }

  /** The next event, {@link Event.Missed} after the last of those that were kept, or null. */
  synchronized Event poll() {
    Event event = events.poll();
    if (event != null) {
      bytes -= weight(event);
      return event;
    }
    if (missed == 0) {
      return null;
    }
    Event.Missed told = new Event.Missed(missed);
    missed = 0;
    return told;
  }

  private static long weight(Event event) {
    if (event instanceof Event.JobOutput output) {
      return BYTES_BESIDE_TEXT + 2L * length(output.text());
    }
    if (event instanceof Event.NodeAnswered answered) {
      NodeOutcome outcome = answered.outcome();
      return BYTES_BESIDE_TEXT
          + 2L * length(outcome.stdout())
          + 2L * length(outcome.stderr())
          + 2L * length(outcome.info());
    }
    if (event instanceof Event.JobEnded ended) {
      return BYTES_BESIDE_TEXT + 2L * ended.skipped().stream().mapToInt(String::length).sum();
    }
    return BYTES_BESIDE_TEXT;
  }

  private static long length(String text) {
    return text == null ? 0 : text.length();
  }
}

package io.directord.server.api;

import io.directord.common.api.Event;
import io.directord.common.json.Json;
import io.directord.server.api.Missing.Loss;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Events that wait for one follower. When there are too many, output is left out first, and all
 * else only when there is no room at all; in the place of what was left out stands {@link
 * Event.Missed}. Thread-safe; one thread offers.
 */
final class EventQueue {
  /** Estimated memory of an event's place in the queue, in bytes. */
  private static final int PLACE_BYTES = 64;

  /** Output may take as much memory as is free; other events this many times as much. */
  private static final int WORTH = 4;

  private final ReaderMemory memory;
  private final Deque<Place> places = new ArrayDeque<>();
  private long bytes;
  private boolean leavesOutputOut;
  private boolean closed;
  private long takenAt;

  /**
   * @param event null where something is missing
   * @param missing null where an event is
   */
  private record Place(EncodedEvent event, Loss loss, Missing missing) {
    int bytes() {
      return event == null ? 0 : event.length() + PLACE_BYTES;
    }
  }

  EventQueue(ReaderMemory memory) {
    this.memory = memory;
  }

  /** Returns whether it is to be taken from again: whether there was nothing before. */
  boolean offer(Event event) {
    memory.makeRoom();
    EncodedEvent encoded = hasRoom(event) ? encoded(event) : null;
    Loss loss = memory.loss(event);
    synchronized (this) {
      boolean wasEmpty = places.isEmpty();
      if (closed) {
        letGo(encoded);
        return false;
      }
      if (wasEmpty) {
        takenAt = System.nanoTime();
      }
      if (encoded == null) {
        missing().add(loss);
      } else {
        Place place = new Place(encoded, loss, null);
        bytes += place.bytes();
        places.add(place);
      }
      return wasEmpty;
    }
  }

  private synchronized boolean hasRoom(Event event) {
    long free = memory.free();
    if (!(event instanceof Event.JobOutput)) {
      return bytes + memory.textBytes(event) <= WORTH * free;
    }
    // Once some was left out, so is more until the follower has caught up a good deal.
    leavesOutputOut = bytes + memory.textBytes(event) > (leavesOutputOut ? free / 2 : free);
    return !leavesOutputOut;
  }

  /** With its place; null if there is no memory for it. */
  private EncodedEvent encoded(Event event) {
    if (!memory.reserve(PLACE_BYTES)) {
      return null;
    }
    EncodedEvent encoded = memory.encode(event);
    if (encoded == null) {
      memory.release(PLACE_BYTES);
    }
    return encoded;
  }

  private void letGo(EncodedEvent event) {
    if (event != null) {
      memory.release(PLACE_BYTES);
      event.release();
    }
  }

  /** Counts what is missing at the end of the queue. */
  private Missing missing() {
    Place last = places.peekLast();
    if (last == null || last.missing() == null) {
      last = new Place(null, null, new Missing());
      places.add(last);
    }
    return last.missing();
  }

  /** The next event, to be released by the caller; or null. */
  synchronized EncodedEvent poll() {
    Place place = places.poll();
    takenAt = System.nanoTime();
    if (place == null) {
      return null;
    }
    if (place.event() == null) {
      return new EncodedEvent(Json.bytes(place.missing().told()), () -> {});
    }
    bytes -= place.bytes();
    memory.release(PLACE_BYTES);
    return place.event();
  }

  synchronized boolean isEmpty() {
    return places.isEmpty();
  }

  /** Since when, by {@link System#nanoTime}, nothing was taken, if something waits. */
  synchronized long takenAt() {
    return takenAt;
  }

  /** Releases all events, and counts them as missing. */
  synchronized void forget() {
    if (places.isEmpty()) {
      return;
    }
    Missing all = new Missing();
    for (Place place : places) {
      if (place.event() == null) {
        all.add(place.missing());
      } else {
        all.add(place.loss());
        letGo(place.event());
      }
    }
    places.clear();
    bytes = 0;
    places.add(new Place(null, null, all));
  }

  /** Releases all events, and refuses further ones. */
  synchronized void close() {
    closed = true;
    places.forEach(place -> letGo(place.event()));
    places.clear();
    bytes = 0;
  }
}

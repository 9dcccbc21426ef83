package io.directord.server.dispatch;

import io.directord.server.store.Change;
import java.util.ArrayList;
import java.util.List;

/** What one turn of the dispatcher's loop changes, and what shall happen once that is safe. */
final class Turn {
  private final List<Change> changes = new ArrayList<>();
  private final List<Runnable> effects = new ArrayList<>();
  private long reserved;

  void change(Change change) {
    changes.add(change);
  }

  /** The effect is run on the dispatcher's thread, in order. */
  void whenSafe(Runnable effect) {
    effects.add(effect);
  }

  /** The memory of a message is needed until what it changes is safe. */
  void keep(long bytes) {
    reserved += bytes;
  }

  /** Bytes of the memory for results that were kept. */
  long kept() {
    return reserved;
  }

  List<Change> changes() {
    return changes;
  }

  List<Runnable> effects() {
    return effects;
  }

  boolean isEmpty() {
    return changes.isEmpty() && effects.isEmpty();
  }
}

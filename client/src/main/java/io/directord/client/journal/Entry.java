package io.directord.client.journal;

import java.util.List;
import java.util.UUID;

/** The entry of one job whose result is not confirmed yet. */
final class Entry {
  /** No record. */
  static final long NOWHERE = -1;

  final UUID id;
  final UUID parent;
  long takenAt = NOWHERE;
  boolean started;
  long endedAt = NOWHERE;

  /** The result, if it could not be written to the file. */
  List<byte[]> unwritten;

  /** Bytes of its current records in the file. */
  long size;

  /** Of a dry run, so that nothing of it is written to the file. */
  final boolean inMemory;

  Entry(UUID id, UUID parent) {
    this(id, parent, false);
  }

  Entry(UUID id, UUID parent, boolean inMemory) {
    this.id = id;
    this.parent = parent;
    this.inMemory = inMemory;
  }

  /** How many of the journal's steps its records stand for. */
  int steps() {
    return (takenAt == NOWHERE ? 0 : 1) + (started ? 1 : 0);
  }

  boolean hasEnded() {
    return endedAt != NOWHERE || unwritten != null;
  }
}

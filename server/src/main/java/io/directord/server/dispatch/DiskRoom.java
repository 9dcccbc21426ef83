package io.directord.server.dispatch;

import io.directord.server.store.JobStore;

/** Whether the disk has room for jobs. */
final class DiskRoom {
  /** Jobs are refused when there is less room than that. */
  private static final long MIN_USABLE_BYTES = 64L << 20;

  /** Without that much the store cannot note even that jobs are forgotten. */
  private static final long MIN_NOTE_BYTES = 1L << 20;

  private DiskRoom() {}

  /** Why jobs cannot be forgotten now because of the disk, which it asks; null if they can. */
  static String purgeObjection(JobStore store) {
    long usable = store.usableBytes();
    return usable >= MIN_NOTE_BYTES
        ? null
        : "the disk of "
            + store.location()
            + " has only "
            + (usable >> 10)
            + " KiB left, and "
            + (MIN_NOTE_BYTES >> 10)
            + " KiB are needed to note which jobs are forgotten: make room, then give the command"
            + " again; nothing was forgotten";
  }

  /** Why no job is taken now because of the disk, which it asks; null if there is room. */
  static String objection(JobStore store) {
    long usable = store.usableBytes();
    return usable >= MIN_USABLE_BYTES
        ? null
        : "the disk of "
            + store.location()
            + " has only "
            + (usable >> 20)
            + " MiB left, and "
            + (MIN_USABLE_BYTES >> 20)
            + " MiB are needed: no job is taken until there is room";
  }
}

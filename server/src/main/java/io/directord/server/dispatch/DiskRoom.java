package io.directord.server.dispatch;

import io.directord.server.store.JobStore;

/** Whether the disk has room for jobs. */
final class DiskRoom {
  /** Below this free space, jobs are refused. */
  private static final long MIN_USABLE_BYTES = 64L << 20;

  /** Below this free space, not even deletions can be committed. */
  private static final long MIN_NOTE_BYTES = 1L << 20;

  private DiskRoom() {}

  /** Why jobs cannot be deleted because of the disk; null if they can. Reads the disk. */
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

  /** Why jobs are refused because of the disk; null if there is room. Reads the disk. */
  static String obstacle(JobStore store) {
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

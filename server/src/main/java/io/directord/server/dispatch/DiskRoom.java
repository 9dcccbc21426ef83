package io.directord.server.dispatch;

import io.directord.server.store.JobStore;

/** Whether the disk has room for jobs. */
final class DiskRoom {
  /** Jobs are refused when there is less room than that. */
  private static final long MIN_USABLE_BYTES = 64L << 20;

  private DiskRoom() {}

  /** Why no job is taken now because of the disk, which it asks; null if there is room. */
  static String objection(JobStore store) {
    long usable = store.usableBytes();
    return usable >= MIN_USABLE_BYTES
        ? null
        : "the disk of "
            + store.location()
            + " has only "
            + (usable >> 20)
            + " MiB left: no job is taken until there is room";
  }
}

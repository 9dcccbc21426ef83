package io.directord.server.dispatch;

import io.directord.server.store.JobStore;
import java.lang.System.Logger.Level;

/** Whether the disk has room for jobs; the log has when that changes. Thread-safe. */
final class DiskRoom {
  /** Below this free space, jobs are refused. */
  private static final long MIN_USABLE_BYTES = 64L << 20;

  /** Below this free space, not even deletions can be committed. */
  private static final long MIN_NOTE_BYTES = 1L << 20;

  private static final System.Logger LOG = System.getLogger(DiskRoom.class.getName());

  private final JobStore store;
  private boolean isShort;

  DiskRoom(JobStore store) {
    this.store = store;
  }

  /** Why jobs cannot be deleted because of the disk; null if they can. Reads the disk. */
  String purgeObstacle() {
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
  String obstacle() {
    long usable = store.usableBytes();
    String why = usable >= MIN_USABLE_BYTES ? null : tooLittle(usable);
    note(why);
    return why;
  }

  private String tooLittle(long usable) {
    return "the disk of "
        + store.location()
        + " has only "
        + (usable >> 20)
        + " MiB left, and "
        + (MIN_USABLE_BYTES >> 20)
        + " MiB are needed: no job is taken until there is room";
  }

  private synchronized void note(String why) {
    if (why != null && !isShort) {
      LOG.log(Level.WARNING, why);
    } else if (why == null && isShort) {
      LOG.log(Level.INFO, "the disk of {0} has room again: jobs are taken", store.location());
    }
    isShort = why != null;
  }
}

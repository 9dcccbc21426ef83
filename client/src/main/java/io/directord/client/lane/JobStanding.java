package io.directord.client.lane;

import io.directord.common.api.JobTitle;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Counted;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** How a job stands on this node, in words that follow the node's name. */
final class JobStanding {
  private static final int SHORT_ID = 8;
  private static final int MAX_TITLE = 80;

  private JobStanding() {}

  /**
   * Of a job whose turn has come.
   *
   * @param lock that it waits for, or null
   * @param forServer whether it waits for the server's word
   */
  static String of(RunningJob running, NodeLocks.Wait lock, boolean forServer, long nowNanos) {
    Outcome.Failed ending = running.ending();
    if (ending != null) {
      return "is being ended: " + ending.info();
    }
    if (lock != null) {
      return "waits for "
          + (lock.lock().isEmpty() ? "the lock of the node" : "the lock '" + lock.lock() + "'")
          + (lock.holder() == null ? "" : ", which " + named(lock.holder()) + " holds");
    }
    if (!running.hasBegun()) {
      return "is about to begin";
    }
    return "has been running for "
        + seconds(running, nowNanos)
        + (forServer ? ", and waits for other nodes" : "");
  }

  /**
   * Of a job that waits for its turn.
   *
   * @param current the job whose turn it is; null if there is none
   * @param between number of jobs between that and this one
   */
  static String queued(RunningJob current, int between, long nowNanos) {
    if (current == null) {
      return between == 0
          ? "is about to begin"
          : "waits behind " + Counted.of(between, "job") + " on the node";
    }
    return "waits behind "
        + named(current.job)
        + (current.hasBegun()
            ? ", which has been running for " + seconds(current, nowNanos)
            : ", which has not begun itself")
        + (between == 0 ? "" : ", and " + Counted.of(between, "more job"));
  }

  /** Of a job that may not begin. */
  static String heldBack(long nanos) {
    return "is held back, since the machine was told to reboot; if it does not go down, jobs begin"
        + " again in "
        + Math.max(1, TimeUnit.NANOSECONDS.toSeconds(nanos))
        + " s";
  }

  /** Of a job whose parent has no lane yet. */
  static String laneWaits(int lanes) {
    return "waits until one of the "
        + lanes
        + " asynchronous parents has ended that run side by side on the node, as many as may";
  }

  private static String seconds(RunningJob job, long nowNanos) {
    return TimeUnit.NANOSECONDS.toSeconds(job.age(nowNanos)) + " s";
  }

  private static String named(Job job) {
    UUID id = job.id();
    String title = JobTitle.of(job).line();
    String parent = job.parent().name();
    return "job "
        + id.toString().substring(0, SHORT_ID)
        + " ("
        + (title.length() <= MAX_TITLE ? title : title.substring(0, MAX_TITLE - 1) + "…")
        + ")"
        + (parent == null ? "" : " of " + parent);
  }
}

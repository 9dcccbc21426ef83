package io.directord.server.dispatch;

import io.directord.common.validation.Counted;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Logs a line when the last job of a parent has ended. */
final class ParentLog {
  private static final System.Logger LOG = System.getLogger(ParentLog.class.getName());

  private final Map<UUID, Progress> parents = new HashMap<>();

  private static final class Progress {
    int open;
    int ended;
    int failed;
    int withLostResults;
  }

  void entered(LiveJob job) {
    parents.computeIfAbsent(job.parentId(), id -> new Progress()).open++;
  }

  /** Whether that was the last job of its parent. */
  boolean ended(LiveJob job) {
    Progress progress = parents.get(job.parentId());
    progress.open--;
    progress.ended++;
    progress.failed += job.hasFailed() ? 1 : 0;
    progress.withLostResults += job.hasLostResults() ? 1 : 0;
    LOG.log(
        Level.DEBUG,
        "job {0} ended: {1} of parent {2}, {3}",
        job.id(),
        job.job().verb(),
        job.parentId(),
        job.hasFailed() ? "failed" : job.hasLostResults() ? "a result was lost" : "succeeded");
    if (progress.open == 0) {
      parents.remove(job.parentId());
      LOG.log(
          Level.INFO,
          "parent {0} ended: {1}, {2} failed{3}",
          job.job().parent().title(),
          Counted.of(progress.ended, "job"),
          progress.failed,
          progress.withLostResults == 0
              ? ""
              : ", and results of "
                  + progress.withLostResults
                  + " are missing from the server's store");
    }
    return progress.open == 0;
  }
}

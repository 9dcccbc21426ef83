package io.directord.legacy.ports;

import io.directord.common.job.Job;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The last parents of which a job failed on one node: their later jobs are not sent to it. */
final class FailedParents {
  private static final int REMEMBERED = 10_000;

  /** Each with its jobs that are still sent, since they came before the one that failed. */
  private final Map<UUID, Set<UUID>> spared = LegacyErrands.last(REMEMBERED);

  /**
   * @param before jobs of the parent that came before the one that failed and have no result yet
   */
  void failed(UUID parent, Set<UUID> before) {
    spared.computeIfAbsent(parent, id -> new HashSet<>(before)).retainAll(before);
  }

  boolean omits(Job job) {
    Set<UUID> before = spared.get(job.parent().id());
    return before != null && !before.contains(job.id());
  }
}

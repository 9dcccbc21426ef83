package io.directord.legacy.ports;

import io.directord.common.job.Job;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The last parents of which a job failed on one node: their later jobs are not sent to it. */
final class FailedParents {
  private static final int REMEMBERED = 10_000;

  /** With those of their jobs that are sent all the same: they came before the one that failed. */
  private final Map<UUID, Set<UUID>> spared = LegacyErrands.last(REMEMBERED);

  /**
   * @param before jobs of its parent that came before it and are not answered
   */
  void failed(Job job, Set<UUID> before) {
    spared.computeIfAbsent(job.parent().id(), id -> new HashSet<>(before)).retainAll(before);
  }

  boolean omits(Job job) {
    Set<UUID> before = spared.get(job.parent().id());
    return before != null && !before.contains(job.id());
  }
}

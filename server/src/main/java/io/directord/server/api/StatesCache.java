package io.directord.server.api;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * How jobs that have ended stand on their nodes, so that results which differ are read from the
 * store once and not for each look at a run. Thread-safe.
 */
final class StatesCache {
  private final int maxCharacters;
  private final Map<UUID, Kept> all = new LinkedHashMap<>(16, 0.75f, true);
  private int characters;

  /**
   * @param counts what the letters stand for: a late result changes both
   */
  private record Kept(JobCounts counts, String states) {}

  /**
   * @param maxCharacters letters of all jobs, a byte each
   */
  StatesCache(int maxCharacters) {
    this.maxCharacters = maxCharacters;
  }

  /** Null if they have to be read. */
  synchronized String find(JobSummary job) {
    Kept kept = all.get(job.id());
    return kept == null || job.processing() || !kept.counts.equals(job.counts())
        ? null
        : kept.states;
  }

  synchronized void keep(JobSummary job, String states) {
    if (job.processing() || states.length() > maxCharacters) {
      return;
    }
    Kept before = all.put(job.id(), new Kept(job.counts(), states));
    characters += states.length() - (before == null ? 0 : before.states.length());
    var oldest = all.values().iterator();
    while (characters > maxCharacters) {
      characters -= oldest.next().states.length();
      oldest.remove();
    }
  }
}

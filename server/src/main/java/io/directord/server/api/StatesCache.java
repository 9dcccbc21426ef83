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
  /** Bytes of an entry besides its states: id, counts, and what the map needs. */
  static final int JOB_BYTES = 300;

  private final int maxBytes;
  private final Map<UUID, Kept> all = new LinkedHashMap<>(16, 0.75f, true);
  private int bytes;

  /**
   * @param counts what the letters stand for: a late result changes both
   */
  private record Kept(JobCounts counts, String states) {
    int bytes() {
      return JOB_BYTES + states.length();
    }
  }

  StatesCache(int maxBytes) {
    this.maxBytes = maxBytes;
  }

  /** Null if they have to be read. */
  synchronized String find(JobSummary job) {
    Kept kept = all.get(job.id());
    return kept == null || job.processing() || !kept.counts.equals(job.counts())
        ? null
        : kept.states;
  }

  synchronized void keep(JobSummary job, String states) {
    Kept now = new Kept(job.counts(), states);
    if (job.processing() || now.bytes() > maxBytes) {
      return;
    }
    Kept before = all.put(job.id(), now);
    bytes += now.bytes() - (before == null ? 0 : before.bytes());
    var oldest = all.values().iterator();
    while (bytes > maxBytes) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }
}

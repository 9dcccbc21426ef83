package io.directord.client.journal;

import io.directord.common.storage.RecordLog;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What the journal keeps after jobs are removed: failed parents, and the ids of recent confirmed
 * jobs. Bounded. Not thread-safe.
 */
final class Memory {
  /** Enough for redeliveries that may still be in flight when a result is confirmed. */
  static final int DURABLE_JOBS = 10_000;

  /**
   * The oldest are dropped first, by number and not by age, since the clock may be set at any time.
   */
  static final int FAILED_PARENTS = 10_000;

  private final InstantSource clock;
  private final Map<UUID, Failure> failedParents = new LinkedHashMap<>();
  private final Set<UUID> durable =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Boolean> eldest) {
              return size() > DURABLE_JOBS;
            }
          });

  Memory(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * A parent of which a job failed.
   *
   * @param spared its jobs that had come before that one and not ended: they run all the same
   */
  private record Failure(Instant at, Set<UUID> spared) {}

  /**
   * Notes that a job ends.
   *
   * @param all jobs that are known, this one among them, in the order in which they came
   */
  void ended(Entry job, boolean failed, Collection<Entry> all) {
    Failure before = failedParents.get(job.parent);
    if (failed && before == null) {
      parentFailed(job.parent, clock.instant(), unendedBefore(job, all));
    } else if (failed && !before.spared.isEmpty()) {
      before.spared.retainAll(unendedBefore(job, all));
    } else if (before != null) {
      before.spared.remove(job.id);
    }
  }

  private static Set<UUID> unendedBefore(Entry job, Collection<Entry> all) {
    return all.stream()
        .takeWhile(entry -> entry != job)
        .filter(entry -> entry.parent.equals(job.parent) && !entry.hasEnded())
        .map(entry -> entry.id)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  void parentFailed(UUID parent, Instant at, Set<UUID> spared) {
    failedParents.put(parent, new Failure(at, spared));
    if (failedParents.size() > FAILED_PARENTS) {
      var eldest = failedParents.keySet().iterator();
      eldest.next();
      eldest.remove();
    }
  }

  boolean omits(UUID job, UUID parent) {
    Failure failure = failedParents.get(parent);
    return failure != null && !failure.spared.contains(job);
  }

  /** Clears failed parents; returns their number. */
  int forgetFailedParents() {
    int parents = failedParents.size();
    failedParents.clear();
    return parents;
  }

  void durable(UUID job) {
    durable.add(job);
  }

  boolean isDurable(UUID job) {
    return durable.contains(job);
  }

  /** Writes the confirmed jobs: before those that were received again, which are not confirmed. */
  void writeDurable(RecordLog log) throws IOException {
    log.append(Records.DURABLE, Records.ids(new LinkedHashSet<>(durable)));
  }

  /** Writes the failed parents: after results, which may name some that were cleared since. */
  void writeFailedParents(RecordLog log) throws IOException {
    List<byte[]> records = new ArrayList<>();
    failedParents.forEach(
        (parent, failure) -> records.add(Records.parentFailed(parent, failure.at, failure.spared)));
    log.append(Records.PARENTS_FORGOTTEN, new byte[0]);
    log.appendAll(Records.PARENT_FAILED, records);
  }
}

package io.directord.server.dispatch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The jobs that have not ended, by what is asked for: nothing here costs more the more there are.
 * Belongs to the dispatcher's thread, except for {@link #inOrder}.
 */
final class LiveJobs {
  private final Map<UUID, LiveJob> byId = new HashMap<>();

  /** Its size is counted each time, so it is not asked for that. */
  private final ConcurrentSkipListMap<Long, LiveJob> bySeq = new ConcurrentSkipListMap<>();

  private final Map<UUID, List<LiveJob>> byRepeated = new HashMap<>();

  /** How many jobs of a user each run has, by the half of the parents' ids that they share. */
  private final Map<String, Map<Long, Integer>> runs = new HashMap<>();

  private long bytes;

  void add(LiveJob job) {
    byId.put(job.id(), job);
    bySeq.put(job.seq(), job);
    bytes += job.weight();
    UUID repeated = job.stored().resolved().repeats();
    if (repeated != null) {
      byRepeated.computeIfAbsent(repeated, id -> new ArrayList<>(1)).add(job);
    }
    String user = job.stored().submittedBy();
    runs.computeIfAbsent(user, name -> new HashMap<>()).merge(run(job), 1, Integer::sum);
  }

  void remove(LiveJob job) {
    byId.remove(job.id());
    bySeq.remove(job.seq());
    bytes -= job.weight();
    UUID repeated = job.stored().resolved().repeats();
    if (repeated != null) {
      byRepeated.computeIfPresent(
          repeated, (id, all) -> all.remove(job) && all.isEmpty() ? null : all);
    }
    runs.computeIfPresent(
        job.stored().submittedBy(),
        (user, open) -> {
          open.computeIfPresent(run(job), (run, jobs) -> jobs == 1 ? null : jobs - 1);
          return open.isEmpty() ? null : open;
        });
  }

  private static Long run(LiveJob job) {
    return job.parentId().getMostSignificantBits();
  }

  LiveJob find(UUID id) {
    return byId.get(id);
  }

  int size() {
    return byId.size();
  }

  /** Estimated memory. */
  long bytes() {
    return bytes;
  }

  /**
   * By their numbers, in the order of submission; for any thread. Who walks over it sees all jobs
   * that do not end meanwhile.
   */
  NavigableMap<Long, LiveJob> inOrder() {
    return Collections.unmodifiableNavigableMap(bySeq);
  }

  /** Those that rerun that one, which was submitted first. */
  List<LiveJob> rerunsOf(UUID repeated) {
    return byRepeated.getOrDefault(repeated, List.of());
  }

  /** How many runs of that user there are, whose parents share the upper half of their ids. */
  int runsOf(String user) {
    return runs.getOrDefault(user, Map.of()).size();
  }
}

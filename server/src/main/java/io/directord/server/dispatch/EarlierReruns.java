package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Reruns.Which;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** The kept reruns of jobs, transitively. Reads the store. */
final class EarlierReruns {
  private final JobStore store;

  /** By the job that was submitted first, the newest first. */
  private final Map<UUID, List<StoredJob>> byFirst = new HashMap<>();

  /**
   * How a job stands on a node by its newest rerun there.
   *
   * @param parent of the rerun
   * @param ended whether it has ended there
   * @param missed why it did not succeed; null if it did, or has not ended
   */
  record Standing(UUID parent, boolean ended, Which missed) {
    boolean succeeded() {
      return ended && missed == null;
    }
  }

  /**
   * @param jobs those that were or are to be repeated
   * @param before number of a job; those from it on do not count
   */
  EarlierReruns(JobStore store, Collection<StoredJob> jobs, long before) {
    this.store = store;
    Set<UUID> wanted = new HashSet<>();
    jobs.forEach(job -> wanted.add(first(job)));
    long oldest = jobs.stream().mapToLong(StoredJob::seq).min().orElse(Long.MAX_VALUE);
    store.fromNewest(
        stored -> {
          if (stored.seq() < before && wanted.contains(stored.resolved().repeats())) {
            byFirst.computeIfAbsent(first(stored), id -> new ArrayList<>()).add(stored);
          }
          return stored.seq() > oldest;
        });
  }

  /** The job of which it is a repetition, or itself. */
  static UUID first(StoredJob job) {
    UUID repeats = job.resolved().repeats();
    return repeats == null ? job.job().id() : repeats;
  }

  /**
   * By node, of these nodes. A rerun that did not begin on a node says nothing there: what was
   * before it counts.
   */
  Map<String, Standing> of(StoredJob job, Set<String> nodes) {
    Map<String, Standing> standings = new TreeMap<>();
    for (StoredJob rerun : byFirst.getOrDefault(first(job), List.of())) {
      if (rerun.seq() > job.seq()) {
        look(rerun, nodes, standings);
      }
    }
    return standings;
  }

  private void look(StoredJob rerun, Set<String> nodes, Map<String, Standing> standings) {
    UUID parent = rerun.job().parent().id();
    Set<Integer> answered = store.answered(rerun.seq());
    for (int i = 0; i < rerun.targets().size(); i++) {
      String node = rerun.targets().get(i);
      if (!nodes.contains(node)) {
        continue;
      }
      if (!answered.contains(i)) {
        standings.put(node, new Standing(parent, false, null));
      } else if (!standings.containsKey(node)) {
        store
            .result(rerun.seq(), i)
            .map(result -> new Standing(parent, true, missed(result)))
            .filter(standing -> standing.missed() != Which.NOT_STARTED)
            .ifPresent(standing -> standings.put(node, standing));
      }
    }
  }

  private static Which missed(NodeOutcome result) {
    return result.state() == NodeOutcome.State.FAILED ? Rerun.which(result) : null;
  }
}

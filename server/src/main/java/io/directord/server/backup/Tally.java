package io.directord.server.backup;

import io.directord.common.api.BackupView;
import io.directord.server.store.Change;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Counts what a store has once changes were made to an empty one. */
final class Tally {
  private final Set<Long> jobs = new HashSet<>();
  private final Set<Long> ended = new HashSet<>();
  private final Set<String> nodes = new HashSet<>();
  private final Set<String> schedules = new HashSet<>();
  private final Set<String> tokens = new HashSet<>();

  void add(Change change) {
    if (change instanceof Change.PutJob put) {
      jobs.add(put.job().seq());
    } else if (change instanceof Change.PutSummary put) {
      ended.add(put.seq());
    } else if (change instanceof Change.ForgetJobs forget) {
      jobs.removeAll(Set.copyOf(forget.seqs()));
    } else if (change instanceof Change.PutNode put) {
      nodes.add(put.node().identity());
    } else if (change instanceof Change.ForgetNode forget) {
      nodes.remove(forget.identity());
    } else if (change instanceof Change.PutSchedule put) {
      schedules.add(put.schedule().name());
    } else if (change instanceof Change.ForgetSchedule forget) {
      schedules.remove(forget.name());
    } else if (change instanceof Change.PutToken put) {
      tokens.add(put.token().name());
    } else if (change instanceof Change.ForgetToken forget) {
      tokens.remove(forget.name());
    }
  }

  /** Whether a job has not ended. */
  boolean isLive(long seq) {
    return jobs.contains(seq) && !ended.contains(seq);
  }

  BackupView.Counts counts(int contents, List<String> missing) {
    return new BackupView.Counts(
        jobs.size(),
        jobs.stream().filter(this::isLive).count(),
        nodes.size(),
        schedules.size(),
        tokens.size(),
        contents,
        missing);
  }
}

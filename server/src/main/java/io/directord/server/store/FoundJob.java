package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the store has of a job.
 *
 * @param summary null if the job has not ended
 * @param results by node, those that were asked for and are there
 */
public record FoundJob(StoredJob stored, JobSummary summary, Map<String, NodeOutcome> results) {

  /** Reads it; nothing if the job is not kept. */
  public static Optional<FoundJob> read(JobStore store, JobRead wanted) {
    return store
        .job(wanted.id())
        .map(
            job -> {
              Map<String, NodeOutcome> results = new HashMap<>();
              for (String node : wanted.nodes()) {
                int target = job.targets().indexOf(node);
                if (target >= 0) {
                  store.result(job.seq(), target).ifPresent(result -> results.put(node, result));
                }
              }
              return new FoundJob(job, store.summary(job.seq()).orElse(null), results);
            });
  }
}

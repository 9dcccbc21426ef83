package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A job as found in the store.
 *
 * @param summary null if the job has not ended
 * @param results requested and existing ones, by node
 */
public record FoundJob(StoredJob stored, JobSummary summary, Map<String, NodeOutcome> results) {

  /** Reads it; empty if the job does not exist. */
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
              if (wanted.omitsLater()) {
                for (int target : store.answered(job.seq())) {
                  store
                      .result(job.seq(), target)
                      .filter(NodeOutcome::omitsLater)
                      .ifPresent(result -> results.put(result.node(), result));
                }
              }
              return new FoundJob(job, store.summary(job.seq()).orElse(null), results);
            });
  }
}

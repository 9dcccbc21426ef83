package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.util.List;

/**
 * One change to the store; changes are applied in order, and the same one may be applied twice. A
 * result or summary of a job that is not there, since it was forgotten meanwhile, changes nothing.
 */
public sealed interface Change {

  /** Roughly what it takes in the store, in bytes. */
  default long weight() {
    return 1024;
  }

  /** A job was submitted, or asked to end. */
  record PutJob(StoredJob job) implements Change {
    private static final int TARGET_BYTES = 32;

    @Override
    public long weight() {
      return 1024 + (long) TARGET_BYTES * job.targets().size();
    }
  }

  /** A target has answered, or is taken to have failed; replaces an earlier result. */
  record PutResult(long seq, int target, NodeOutcome outcome) implements Change {
    @Override
    public long weight() {
      return 512
          + StoredResult.bytes(outcome.info())
          + StoredResult.bytes(outcome.stdout())
          + StoredResult.bytes(outcome.stderr());
    }
  }

  /** All targets have answered; replaces an earlier summary. */
  record PutSummary(long seq, JobSummary summary) implements Change {}

  /** These jobs are asked to end although they have: they may still run where a node was lost. */
  record CancelJobs(List<Long> seqs) implements Change {}

  /** These jobs are forgotten, results and all. */
  record ForgetJobs(List<Long> seqs) implements Change {}

  /** A node has enrolled. */
  record PutNode(StoredNode node) implements Change {}

  /** A node may enrol anew. */
  record ForgetNode(String identity) implements Change {}
}

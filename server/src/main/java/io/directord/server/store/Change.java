package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import java.util.List;

/**
 * One change to the store; changes are applied in order, and the same one may be applied twice. A
 * result or summary of a deleted job changes nothing.
 */
public sealed interface Change {

  /** Its estimated size in the store, in bytes. */
  default long weight() {
    return 1024;
  }

  /** A job was submitted or cancelled. */
  record PutJob(StoredJob job) implements Change {
    private static final int TARGET_BYTES = 32;

    @Override
    public long weight() {
      return 1024 + (long) TARGET_BYTES * job.targets().size();
    }
  }

  /** The result of a target, or of the server in its place; replaces an earlier result. */
  record PutResult(long seq, int target, NodeOutcome outcome) implements Change {
    @Override
    public long weight() {
      return 512
          + StoredResult.bytes(outcome.info())
          + StoredResult.bytes(outcome.stdout())
          + StoredResult.bytes(outcome.stderr());
    }
  }

  /** The summary of an ended job; replaces an earlier one. */
  record PutSummary(long seq, JobSummary summary) implements Change {}

  /** These ended jobs were cancelled, since they may still run on lost nodes. */
  record CancelJobs(List<Long> seqs) implements Change {}

  /** These jobs are deleted, with their results. */
  record ForgetJobs(List<Long> seqs) implements Change {}

  /** A node has enrolled. */
  record PutNode(StoredNode node) implements Change {}

  /** A node was forgotten. */
  record ForgetNode(String identity) implements Change {}
}

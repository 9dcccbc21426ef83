package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.validation.ErrorCode;
import io.directord.server.store.JobStore;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.UUID;

/**
 * The results of a job as a list that reads each one on access, since together they may not fit
 * into memory. Thread-safe.
 */
final class StoredResults extends AbstractList<NodeOutcome> implements RandomAccess, ResultsByNode {
  private final JobStore store;
  private final UUID job;
  private final long seq;
  private final List<Row> rows;

  /**
   * A target.
   *
   * @param index of the target in the store
   * @param unanswered its state; null if its result is stored
   */
  record Row(int index, String node, NodeOutcome unanswered) {}

  StoredResults(JobStore store, UUID job, long seq, List<Row> rows) {
    this.store = store;
    this.job = job;
    this.seq = seq;
    this.rows = List.copyOf(rows);
  }

  /**
   * @throws RefusedException if the job was deleted meanwhile
   */
  @Override
  public NodeOutcome get(int at) {
    Row row = rows.get(at);
    if (row.unanswered() != null) {
      return row.unanswered();
    }
    return store
        .result(seq, row.index())
        .orElseThrow(
            () ->
                new RefusedException(
                    RefusedException.Kind.NOT_FOUND,
                    ErrorCode.UNKNOWN_JOB,
                    "there is no job " + job + " any more"));
  }

  @Override
  public String node(int at) {
    return rows.get(at).node();
  }

  @Override
  public int size() {
    return rows.size();
  }
}

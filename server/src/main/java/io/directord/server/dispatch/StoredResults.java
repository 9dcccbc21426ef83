package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.server.store.JobStore;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;
import java.util.UUID;

/**
 * How a job stands on its nodes, as a list that reads a result whenever it is asked for it: all of
 * them together may be larger than the memory. For any thread.
 */
final class StoredResults extends AbstractList<NodeOutcome> implements RandomAccess {
  private final JobStore store;
  private final UUID job;
  private final long seq;
  private final List<Row> rows;

  /**
   * A target.
   *
   * @param index by which the store knows it
   * @param unanswered how it stands; null if the store has its result
   */
  record Row(int index, String node, NodeOutcome unanswered) {}

  StoredResults(JobStore store, UUID job, long seq, List<Row> rows) {
    this.store = store;
    this.job = job;
    this.seq = seq;
    this.rows = List.copyOf(rows);
  }

  /**
   * @throws RefusedException if the job was forgotten meanwhile
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
                    RefusedException.Kind.NOT_FOUND, "there is no job " + job + " any more"));
  }

  @Override
  public int size() {
    return rows.size();
  }
}

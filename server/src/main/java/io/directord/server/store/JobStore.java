package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Stores jobs, results and nodes. One thread changes it; any thread may read at any time, and sees
 * changes once they are committed, or earlier. Every method throws {@link StoreException} if the
 * store fails.
 */
public interface JobStore extends AutoCloseable {

  /** Its location, for people. */
  String location();

  /**
   * Applies the changes and returns once they are durable.
   *
   * @throws StoreException if that fails: the changes then belong to the next commit
   */
  void commit(List<Change> changes);

  /**
   * Must be called about every second by the idle writer thread: checks whether the committed data
   * is still in place, and writes it again if not.
   */
  default void upkeep() {}

  /** Free disk space in bytes; {@link Long#MAX_VALUE} if unknown. */
  long usableBytes();

  /** All enrolled nodes. */
  List<StoredNode> nodes();

  /** Jobs that have not ended, in the order of submission. */
  List<StoredJob> unended();

  /** The highest job number so far, or 0. */
  long lastSeq();

  Optional<StoredJob> job(UUID id);

  /**
   * The message for a job that was lost by damage, or may have been.
   *
   * @param beginning of its id, or all of it, in lower case
   */
  default Optional<String> lost(String beginning) {
    return Optional.empty();
  }

  /**
   * A kept job, counted back from the newest.
   *
   * @param back 0 for the last
   * @param counted filter; other jobs are skipped
   */
  Optional<StoredJob> newest(int back, Predicate<Job> counted);

  /** Ids of jobs with this prefix, in lower case, up to a maximum number. */
  List<UUID> jobIds(String beginning, int max);

  /** Ids of parents with this prefix, in lower case, up to a maximum number. */
  List<UUID> parentIds(String beginning, int max);

  /** The indexes of its answered targets, in order. */
  Set<Integer> answered(long seq);

  Optional<NodeOutcome> result(long seq, int target);

  Optional<JobSummary> summary(long seq);

  /** Numbers of the parent's jobs, ended or not, in order; of all ended jobs if it is null. */
  List<Long> seqs(UUID parent);

  /** Number of ended jobs. */
  int endedJobs();

  /** The lowest numbers of ended jobs, up to a maximum, in order. */
  List<Long> oldestEnded(int count);

  @Override
  void close();
}

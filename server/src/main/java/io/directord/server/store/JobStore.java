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
 * Keeps jobs, results and nodes. One thread changes it; any thread may read at any time, and sees
 * changes at the latest once they are committed. Every method throws {@link StoreException} if the
 * store fails.
 */
public interface JobStore extends AutoCloseable {

  /** Where it keeps things, for people. */
  String location();

  /**
   * Applies the changes and returns once they will survive a crash of the machine.
   *
   * @throws StoreException if that is not so: the changes are kept, and belong to the next commit
   */
  void commit(List<Change> changes);

  /**
   * To be called about every second by the thread that commits, when it has nothing to do: looks
   * whether what was committed is still kept, and keeps it anew if not.
   */
  default void upkeep() {}

  /** Bytes that can still be written; {@link Long#MAX_VALUE} if unknown. */
  long usableBytes();

  /** All enrolled nodes. */
  List<StoredNode> nodes();

  /** Jobs that have not ended, in the order of submission. */
  List<StoredJob> unended();

  /** The highest number a job ever had, or 0. */
  long lastSeq();

  Optional<StoredJob> job(UUID id);

  /** Says of a job that is not there that it was lost by damage, if that is known. */
  default Optional<String> lost(UUID id) {
    return Optional.empty();
  }

  /**
   * One of the jobs that are kept, counted from the one submitted last.
   *
   * @param back 0 for the last
   * @param counted which jobs count; others are passed over
   */
  Optional<StoredJob> newest(int back, Predicate<Job> counted);

  /** Ids of jobs that begin so, in lower case; no more than a number of them. */
  List<UUID> jobIds(String beginning, int max);

  /** Ids of parents of jobs that begin so, in lower case; no more than a number of them. */
  List<UUID> parentIds(String beginning, int max);

  /** The indexes of its answered targets, in order. */
  Set<Integer> answered(long seq);

  Optional<NodeOutcome> result(long seq, int target);

  Optional<JobSummary> summary(long seq);

  /** Numbers of the parent's jobs, ended or not, in order; of all ended jobs if it is null. */
  List<Long> seqs(UUID parent);

  /** How many ended jobs there are. */
  int endedJobs();

  /** The first of the ended jobs' numbers, at most so many, in order. */
  List<Long> oldestEnded(int count);

  @Override
  void close();
}

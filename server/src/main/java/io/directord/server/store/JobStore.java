package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.BiConsumer;
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

  /**
   * Whether something was lost since it was opened, by damage that was found while it was in use;
   * false at the next call. By who writes; {@link Change.MakeGood} must follow.
   */
  default boolean takeLoss() {
    return false;
  }

  /** Free disk space in bytes; {@link Long#MAX_VALUE} if unknown. */
  long usableBytes();

  /** Its size in bytes; empty if that is not known. */
  OptionalLong sizeBytes();

  /** All enrolled nodes. */
  List<StoredNode> nodes();

  /** All tokens of the remote API that were not revoked, expired ones too. */
  List<StoredToken> tokens();

  /** All join tokens that were not revoked, those that cannot be used any more too. */
  List<StoredJoinToken> joinTokens();

  /** What hooks are to be told, by key. */
  List<StoredHookEvent> hookEvents();

  /** Jobs that have not ended, in the order of submission. */
  List<StoredJob> unended();

  /** Parents that begin node by node and have not ended, without those lost by damage. */
  List<StoredRun> runs();

  /** All schedules, without those lost by damage. */
  List<StoredSchedule.Kept> schedules();

  /** The highest job number so far, or 0. */
  long lastSeq();

  Optional<StoredJob> job(UUID id);

  /** The job of that number; empty if there is none any more. */
  Optional<StoredJob> job(long seq);

  /**
   * The message for a job that was lost by damage, or may have been.
   *
   * @param beginning of its id, or all of it, in lower case
   */
  default Optional<String> lost(String beginning) {
    return Optional.empty();
  }

  /** Whether it was ever found damaged, so that what it lacks may have been lost then. */
  default boolean wasDamaged() {
    return false;
  }

  /**
   * A kept job, counted back from the newest.
   *
   * @param back 0 for the last
   * @param counted filter; other jobs are skipped
   */
  default Optional<StoredJob> newest(int back, Predicate<Job> counted) {
    List<StoredJob> found = new ArrayList<>();
    int[] skipped = {0};
    fromNewest(
        stored -> {
          if (counted.test(stored.job()) && skipped[0]++ == back) {
            found.add(stored);
          }
          return found.isEmpty();
        });
    return found.stream().findFirst();
  }

  /**
   * Passes kept jobs to a visitor, the newest first.
   *
   * @param visitor returns whether it wants another one
   */
  void fromNewest(Predicate<StoredJob> visitor);

  /** Ids of jobs with this prefix, in lower case, up to a maximum number. */
  List<UUID> jobIds(String beginning, int max);

  /** Ids of parents with this prefix, in lower case, up to a maximum number. */
  List<UUID> parentIds(String beginning, int max);

  /** The indexes of its answered targets, in order. */
  Set<Integer> answered(long seq);

  Optional<NodeOutcome> result(long seq, int target);

  Optional<JobSummary> summary(long seq);

  /**
   * Passes ended jobs to a visitor, in order: their numbers and summaries, of which one may be null
   * if it was lost by damage.
   */
  default void ended(BiConsumer<Long, JobSummary> visitor) {
    for (long seq : seqs(null)) {
      visitor.accept(seq, summary(seq).orElse(null));
    }
  }

  /** Numbers of the parent's jobs, ended or not, in order; of all ended jobs if it is null. */
  List<Long> seqs(UUID parent);

  /** Number of ended jobs. */
  int endedJobs();

  /** Number of ended jobs with a lower number than that. */
  int endedJobs(long before);

  /** The highest numbers of ended jobs below that one, up to a maximum number. */
  List<Long> lastEnded(long before, int max);

  @Override
  void close();
}

package io.directord.server.store;

import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * Stores everything in two files of one directory, see {@link StoreTables}; what is in them, see
 * {@link StoreEntries}. A commit is durable when it returns. What fails is told as a {@link
 * StoreException}, and the next call tries again.
 */
public final class EmbeddedStore implements JobStore {
  private final StoreTables tables;
  private final StoreEntries entries;

  /** Changes of failed commits, which are not in the tables yet. */
  private final Deque<Change> unapplied = new ArrayDeque<>();

  /** See {@link #takeLoss}. */
  private boolean hasLoss;

  private EmbeddedStore(StoreTables tables) {
    this.tables = tables;
    entries = new StoreEntries(tables);
    failing(
        () -> {
          tables.open();
          return null;
        });
    failing(
        () -> {
          mend(false);
          return null;
        });
  }

  /** Whether there is anything of a store in that directory. */
  public static boolean isIn(Path directory) {
    return StoreTables.areIn(directory);
  }

  /** Opens or creates the store in that directory. */
  public static EmbeddedStore open(Path directory) {
    return new EmbeddedStore(new StoreTables(directory));
  }

  static EmbeddedStore open(Path directory, long maxLogBytes, int retentionMillis) {
    return open(directory, maxLogBytes, retentionMillis, StoreTables::usable);
  }

  static EmbeddedStore open(
      Path directory, long maxLogBytes, int retentionMillis, StoreTables.Room room) {
    return new EmbeddedStore(new StoreTables(directory, maxLogBytes, retentionMillis, room));
  }

  /**
   * Notes what is lost, and restores what follows from the rest.
   *
   * @param inUse whether a server has used it already
   */
  private void mend(boolean inUse) throws IOException {
    boolean isLoss = tables.takeLoss();
    if (isLoss) {
      new Losses(entries).note(inUse);
      hasLoss |= inUse;
    }
    if (isLoss || !entries.isIndexed()) {
      entries.mendIndexes();
      tables.commit();
    }
  }

  @Override
  public String location() {
    return entries.location();
  }

  @Override
  public void commit(List<Change> changes) {
    unapplied.addAll(changes);
    failing(
        () -> {
          lookIfOpenedAnew();
          for (Change next = unapplied.peek(); next != null; next = unapplied.peek()) {
            entries.apply(next);
            unapplied.remove();
          }
          tables.commit();
          lookIfOpenedAnew();
          return null;
        });
    if (changes.stream().anyMatch(Change.ForgetJobs.class::isInstance) && endedJobs() == 0) {
      tables.shrink();
    }
  }

  @Override
  public void upkeep() {
    failing(
        () -> {
          lookIfOpenedAnew();
          tables.requireInPlace();
          lookIfOpenedAnew();
          return null;
        });
  }

  /** The files may be opened anew with every commit, since a save has found damage. */
  private void lookIfOpenedAnew() throws IOException {
    if (tables.ensureOpen() || tables.hasLoss()) {
      mend(true);
    }
  }

  @Override
  public boolean takeLoss() {
    boolean had = hasLoss;
    hasLoss = false;
    return had;
  }

  @Override
  public long usableBytes() {
    try {
      return StoreTables.usable(tables.file());
    } catch (IOException e) {
      throw new StoreException(
          "it cannot be asked how much room the disk has for the store: " + IoErrors.sayWhere(e),
          e);
    }
  }

  @Override
  public OptionalLong sizeBytes() {
    try {
      return OptionalLong.of(tables.bytes());
    } catch (IOException e) {
      throw new StoreException(
          "it cannot be asked how large the store is: " + IoErrors.sayWhere(e), e);
    }
  }

  @Override
  public List<StoredNode> nodes() {
    return failing(entries::nodes);
  }

  @Override
  public List<StoredHookEvent> hookEvents() {
    return failing(entries::hookEvents);
  }

  @Override
  public List<StoredJoinToken> joinTokens() {
    return failing(entries::joinTokens);
  }

  @Override
  public List<StoredToken> tokens() {
    return failing(entries::tokens);
  }

  @Override
  public List<StoredJob> unended() {
    return failing(entries::unended);
  }

  @Override
  public List<StoredRun> runs() {
    return failing(entries::runs);
  }

  @Override
  public List<StoredSchedule.Kept> schedules() {
    return failing(entries::schedules);
  }

  @Override
  public long lastSeq() {
    return failing(entries::lastSeq);
  }

  @Override
  public Optional<StoredJob> job(UUID id) {
    return failing(() -> entries.job(id));
  }

  @Override
  public Optional<StoredJob> job(long seq) {
    return failing(() -> entries.job(seq));
  }

  @Override
  public Optional<String> lost(String beginning) {
    return failing(() -> entries.lost(beginning));
  }

  @Override
  public boolean wasDamaged() {
    return failing(entries::wasDamaged);
  }

  @Override
  public void fromNewest(Predicate<StoredJob> visitor) {
    failing(
        () -> {
          entries.fromNewest(visitor);
          return null;
        });
  }

  @Override
  public List<UUID> jobIds(String beginning, int max) {
    return failing(() -> entries.jobIds(beginning, max));
  }

  @Override
  public List<UUID> parentIds(String beginning, int max) {
    return failing(() -> entries.parentIds(beginning, max));
  }

  @Override
  public Set<Integer> answered(long seq) {
    return failing(() -> entries.answered(seq));
  }

  @Override
  public Optional<NodeOutcome> result(long seq, int target) {
    return failing(() -> entries.result(seq, target));
  }

  @Override
  public Optional<JobSummary> summary(long seq) {
    return failing(() -> entries.summary(seq));
  }

  @Override
  public List<Long> seqs(UUID parent) {
    return failing(() -> entries.seqs(parent));
  }

  @Override
  public int endedJobs() {
    return failing(entries::endedJobs);
  }

  @Override
  public int endedJobs(long before) {
    return failing(() -> entries.endedJobs(before));
  }

  @Override
  public List<Long> lastEnded(long before, int max) {
    return failing(() -> entries.lastEnded(before, max));
  }

  @Override
  public void close() {
    failing(
        () -> {
          tables.close();
          return null;
        });
  }

  /** An action that may fail. */
  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T failing(Work<T> work) {
    try {
      return work.run();
    } catch (StoreException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw tables.failed(e);
    }
  }
}

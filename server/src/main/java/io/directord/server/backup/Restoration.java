package io.directord.server.backup;

import io.directord.common.api.BackupView;
import io.directord.common.api.ScheduleEntry;
import io.directord.common.json.Json;
import io.directord.server.content.ContentCopies;
import io.directord.server.schedule.Occurrences;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredSchedule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a store of a backup, which no server uses yet. What happened after the backup is unknown to
 * it, so nothing may be taken for not done that was done then: nodes are marked, as their journals
 * must know all that they did since, and occurrences of schedules count as missed.
 */
public final class Restoration {
  /** Changes that are committed together, by their weight in bytes. */
  private static final long MAX_TOGETHER = 1 << 20;

  private final BackupReader reader;
  private BackupView.Origin origin;
  private BackupView.Counts counts;

  public Restoration(Path file) {
    this.reader = new BackupReader(file);
  }

  /** Looks at a secret of the backup. */
  @FunctionalInterface
  public interface Secrets {
    /**
     * @throws IOException in words for people, if this server cannot open it
     */
    void check(String sha256, byte[] stored) throws IOException;
  }

  /**
   * Reads all of the backup, changes nothing.
   *
   * @throws IOException in words for people, if it cannot be used
   */
  public void verify(Secrets secrets) throws IOException {
    reader.requireWhole();
    reader.each(
        new BackupReader.Records() {
          @Override
          public void record(RecordType type, byte[] bytes) throws IOException {
            switch (type) {
              case ORIGIN -> origin = Json.read(bytes, BackupView.Origin.class);
              case COUNTS -> counts = Json.read(bytes, BackupView.Counts.class);
              case CHANGE -> ChangeCodec.read(bytes);
              case CONTENT, END -> throw new IllegalArgumentException(type.toString());
            }
          }

          @Override
          public void content(RecordType.ContentHead head, InputStream stored, long length)
              throws IOException {
            if (head.secret()) {
              secrets.check(head.sha256(), stored.readAllBytes());
            }
          }
        });
    if (origin == null || counts == null) {
      throw new IOException("the backup does not say what it is of: it is not whole");
    }
  }

  /** What it is a backup of; known when it is verified. */
  public BackupView.Origin origin() {
    return origin;
  }

  /** What is in it; known when it is verified. */
  public BackupView.Counts counts() {
    return counts;
  }

  /**
   * What a store has now that goes on when a server uses it.
   *
   * @param missed names of schedules of which occurrences have come since the backup
   */
  public record GoesOn(List<StoredJob> jobs, List<String> missed) {}

  /**
   * Brings all of a verified backup into an empty store, durably.
   *
   * @throws io.directord.server.store.StoreException if the store fails
   */
  public GoesOn into(JobStore store, ContentCopies contents, Instant now) throws IOException {
    List<Change> together = new ArrayList<>();
    long[] weight = {0};
    reader.each(
        new BackupReader.Records() {
          @Override
          public void record(RecordType type, byte[] bytes) throws IOException {
            if (type == RecordType.CHANGE) {
              Change change = ChangeCodec.read(bytes);
              together.add(change);
              weight[0] += change.weight();
              if (weight[0] > MAX_TOGETHER) {
                store.commit(List.copyOf(together));
                together.clear();
                weight[0] = 0;
              }
            }
          }

          @Override
          public void content(RecordType.ContentHead head, InputStream stored, long length)
              throws IOException {
            contents.put(head.sha256(), head.secret(), stored, length);
          }
        });
    store.commit(together);
    List<String> missed = new ArrayList<>();
    List<Change> marks = new ArrayList<>();
    for (StoredSchedule.Kept kept : store.schedules()) {
      ScheduleState state = missed(kept, now);
      if (!state.equals(kept.state())) {
        missed.add(kept.schedule().name());
        marks.add(new Change.PutScheduleState(kept.schedule().name(), state));
      }
    }
    for (StoredNode node : store.nodes()) {
      marks.add(new Change.PutNode(node.restored(now)));
    }
    store.commit(marks);
    return new GoesOn(store.unended(), missed);
  }

  /** What was due since the backup has run, for all that is known. */
  private static ScheduleState missed(StoredSchedule.Kept kept, Instant now) {
    ScheduleState state = kept.state();
    String why = "the store was restored from a backup: it is not known whether it ran";
    if (state.waiting() != null) {
      state = state.with(entry(state.waiting(), now, 1, why)).waiting(null);
    }
    Occurrences occurrences = Occurrences.of(kept.schedule().id(), kept.schedule().timing());
    Occurrences.Passed passed = occurrences.passed(state.decided(), now);
    if (passed == null) {
      return state;
    }
    return state.with(entry(passed.last(), now, passed.count(), why)).decided(passed.last());
  }

  private static ScheduleEntry entry(Instant due, Instant now, int count, String why) {
    return new ScheduleEntry(due, now, ScheduleEntry.What.MISSED, count, List.of(), why);
  }
}

package io.directord.server.backup;

import io.directord.common.api.BackupView;
import io.directord.common.job.Job;
import io.directord.server.content.ContentCopies;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreWriter;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Makes one backup while the store is in use: what the store has is read bit by bit, and what is
 * committed meanwhile is kept beside it and follows. So the backup is the store as it was when it
 * was read to its end.
 */
final class Copying {
  /** How long a store that fails is waited for. */
  private static final Duration WRITABLE = Duration.ofSeconds(30);

  private static final int MAX_MISSING = 100;

  private final JobStore store;
  private final StoreWriter<?> writer;
  private final ContentCopies contents;
  private final Path file;
  private final Tally tally = new Tally();
  private final Set<String> copied = new HashSet<>();
  private final List<Missing> missing = new ArrayList<>();

  /** Jobs that may need contents, of which nothing was copied yet. */
  private final Queue<Job> live = new ConcurrentLinkedQueue<>();

  /** A content that was not there. */
  private record Missing(Job job, String why) {}

  /**
   * @param file does not exist
   */
  Copying(JobStore store, StoreWriter<?> writer, ContentCopies contents, Path file) {
    this.store = store;
    this.writer = writer;
    this.contents = contents;
    this.file = file;
  }

  /**
   * Makes it, on the caller's thread.
   *
   * @throws IOException in words for people
   * @throws io.directord.server.store.StoreException if the store cannot be read
   */
  BackupView.Counts run(BackupView.Origin origin) throws IOException, InterruptedException {
    Path beside = file.resolveSibling(file.getFileName() + ".changes");
    try (BackupWriter out = new BackupWriter(file);
        Since since = new Since(beside)) {
      out.json(RecordType.ORIGIN, origin);
      passChangesTo(since::add);
      new StateCopy(
              store,
              change -> {
                tally.add(change);
                out.change(change);
              },
              live::add)
          .run();
      copyContents(out);
      passChangesTo(null);
      since.into(out);
      copyContents(out);
      BackupView.Counts counts = tally.counts(copied.size(), missing());
      out.json(RecordType.COUNTS, counts);
      out.end();
      return counts;
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /**
   * @param copy what is committed from now on; null for nobody any more
   */
  private void passChangesTo(Consumer<List<Change>> copy) throws IOException, InterruptedException {
    try {
      writer.copy(copy, WRITABLE);
    } catch (TimeoutException e) {
      String why = writer.trouble();
      throw new IOException(
          "the store cannot be written: " + (why == null ? "it is too busy" : why), e);
    }
  }

  /** What was committed since it was begun, in a file of its own. */
  private final class Since implements AutoCloseable {
    private final Path path;
    private final DataOutputStream out;
    private IOException failure;

    Since(Path path) throws IOException {
      this.path = path;
      out = new DataOutputStream(new BufferedOutputStream(BackupWriter.create(path)));
    }

    /** On the store's thread, which no failure of a backup may hold up. */
    synchronized void add(List<Change> changes) {
      if (failure != null) {
        return;
      }
      try {
        for (Change change : changes) {
          if (change instanceof Change.PutJoinToken || change instanceof Change.ForgetJoinToken) {
            // After a restore it would not be known how often a token was used, or if it was
            // revoked.
            continue;
          }
          byte[] bytes = ChangeCodec.write(change);
          out.writeInt(bytes.length);
          out.write(bytes);
          if (change instanceof Change.PutJob put) {
            live.add(put.job().job());
          } else if (change instanceof Change.PutSchedule put) {
            live.addAll(put.schedule().jobs());
          }
        }
      } catch (IOException e) {
        failure = e;
      }
    }

    synchronized void into(BackupWriter to) throws IOException {
      if (failure != null) {
        throw failure;
      }
      out.writeInt(-1);
      out.flush();
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(path)))) {
        for (int length = in.readInt(); length >= 0; length = in.readInt()) {
          byte[] bytes = in.readNBytes(length);
          tally.add(ChangeCodec.read(bytes));
          to.record(RecordType.CHANGE, bytes);
        }
      }
    }

    @Override
    public void close() throws IOException {
      writer.stopCopying();
      out.close();
    }
  }

  private void copyContents(BackupWriter out) throws IOException {
    for (Job job = live.poll(); job != null; job = live.poll()) {
      try {
        for (String sha256 : contents.of(job)) {
          copy(job, sha256, out);
        }
      } catch (NoSuchFileException e) {
        missing.add(new Missing(job, "what is in the directory that it delivers is not here"));
      }
    }
  }

  private void copy(Job job, String sha256, BackupWriter out) throws IOException {
    if (copied.contains(sha256)) {
      return;
    }
    ContentCopies.Stored content;
    try {
      content = contents.open(sha256);
    } catch (NoSuchFileException e) {
      // Either the job has ended meanwhile, or the content was damaged before.
      missing.add(new Missing(job, "its content " + sha256 + " is not here"));
      return;
    }
    try (var stored = content.stored()) {
      out.content(new RecordType.ContentHead(sha256, content.secret()), stored, content.length());
    }
    copied.add(sha256);
  }

  /** What jobs lack that have not ended. */
  private List<String> missing() {
    List<String> told =
        missing.stream()
            .filter(one -> isNeeded(one.job()))
            .map(one -> "job " + one.job().id() + ": " + one.why())
            .distinct()
            .toList();
    if (told.size() <= MAX_MISSING) {
      return told;
    }
    List<String> some = new ArrayList<>(told.subList(0, MAX_MISSING));
    some.add("and " + (told.size() - MAX_MISSING) + " more");
    return some;
  }

  /** Of a schedule's jobs nothing else is known: they are always needed. */
  private boolean isNeeded(Job job) {
    return store.job(job.id()).map(stored -> tally.isLive(stored.seq())).orElse(true);
  }
}

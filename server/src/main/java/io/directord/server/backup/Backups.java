package io.directord.server.backup;

import io.directord.common.api.BackupView;
import io.directord.common.config.Product;
import io.directord.common.security.Digests;
import io.directord.common.storage.IoErrors;
import io.directord.server.content.ContentCopies;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import io.directord.server.store.StoreWriter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Backups of the store of a running server, one at a time: each is made in a file of the state
 * directory, and downloaded from there. It is removed when it was downloaded, was not read for a
 * while, or another one is made. Thread-safe.
 */
public final class Backups implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Backups.class.getName());
  private static final String PREFIX = "backup-";

  /** Names of its files; others of the directory may be backups that somebody keeps there. */
  private static final Pattern OWN =
      Pattern.compile(PREFIX + "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\\.changes)?");

  /** How long one that nobody reads is kept. */
  private static final Duration UNREAD = Duration.ofMinutes(10);

  /** Room that is left for the server's own work. */
  private static final long RESERVE_BYTES = 64L << 20;

  private final Path directory;
  private final JobStore store;
  private final StoreWriter<?> writer;
  private final ContentCopies contents;
  private final InstantSource clock;
  private final ScheduledExecutorService work;
  private BackupView current;
  private long readAt;

  /**
   * Removes what an earlier server has left.
   *
   * @param directory the server's state directory
   */
  public Backups(
      Path directory,
      JobStore store,
      StoreWriter<?> writer,
      ContentCopies contents,
      InstantSource clock)
      throws IOException {
    this.directory = directory;
    this.store = store;
    this.writer = writer;
    this.contents = contents;
    this.clock = clock;
    this.work =
        new ScheduledThreadPoolExecutor(
            1,
            run -> {
              Thread thread = new Thread(run, "backup");
              thread.setDaemon(true);
              return thread;
            });
    removeFiles();
  }

  private void removeFiles() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path file : files) {
        if (OWN.matcher(file.getFileName().toString()).matches()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Begins to make one.
   *
   * @return empty if one is being made
   * @throws IOException in words for people, if there is no room for it
   */
  public synchronized Optional<BackupView> begin() throws IOException {
    if (current != null && current.state() == BackupView.State.MAKING) {
      return Optional.empty();
    }
    removeFiles();
    requireRoom();
    UUID id = UUID.randomUUID();
    BackupView.Origin origin =
        new BackupView.Origin(
            clock.instant().truncatedTo(ChronoUnit.SECONDS), Product.version(), store.location());
    current = new BackupView(id, BackupView.State.MAKING, 0, null, null, origin, null);
    readAt = System.nanoTime();
    work.execute(() -> make(id, origin));
    return Optional.of(current);
  }

  /** Contents are small beside it, or the disk gets full, which ends the backup. */
  private void requireRoom() throws IOException {
    long needed = store.sizeBytes().orElse(0) + RESERVE_BYTES;
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < needed) {
      throw new IOException(
          "the disk of "
              + directory
              + " has "
              + (usable >> 20)
              + " MiB left, and a backup is made there before it is downloaded, which takes about "
              + (needed >> 20)
              + " MiB: make room");
    }
  }

  private void make(UUID id, BackupView.Origin origin) {
    try {
      Path file = file(id);
      BackupView.Counts counts = new Copying(store, writer, contents, file).run(origin);
      String sha256 = Digests.sha256(file);
      set(
          new BackupView(
              id, BackupView.State.READY, Files.size(file), sha256, null, origin, counts));
      work.schedule(() -> removeUnread(id), UNREAD.toSeconds(), TimeUnit.SECONDS);
    } catch (IOException | StoreException e) {
      failed(id, origin, e instanceof IOException io ? IoErrors.sayWhere(io) : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed(id, origin, "the server ends");
    } catch (RuntimeException e) {
      LOG.log(Level.ERROR, "a backup failed", e);
      failed(id, origin, e.toString());
    }
  }

  private synchronized void set(BackupView now) {
    current = now;
    readAt = System.nanoTime();
  }

  private void failed(UUID id, BackupView.Origin origin, String why) {
    LOG.log(Level.ERROR, "no backup could be made: {0}", why);
    set(new BackupView(id, BackupView.State.FAILED, 0, null, why, origin, null));
    try {
      Files.deleteIfExists(file(id));
    } catch (IOException e) {
      LOG.log(Level.WARNING, "what was made of it stays: {0}", IoErrors.sayWhere(e));
    }
  }

  private synchronized void removeUnread(UUID id) {
    if (current == null || !current.id().equals(id)) {
      return;
    }
    long left = readAt + UNREAD.toNanos() - System.nanoTime();
    if (left > 0) {
      work.schedule(() -> removeUnread(id), left, TimeUnit.NANOSECONDS);
      return;
    }
    LOG.log(Level.WARNING, "a backup that nobody has downloaded is removed");
    try {
      remove(id);
    } catch (IOException e) {
      LOG.log(Level.WARNING, "it cannot be removed: {0}", IoErrors.sayWhere(e));
    }
  }

  /** Empty if there is none of that id any more. */
  public synchronized Optional<BackupView> find(String id) {
    return Optional.ofNullable(current)
        .filter(found -> found.id().toString().equals(id))
        .map(this::withBytes);
  }

  private BackupView withBytes(BackupView view) {
    if (view.state() != BackupView.State.MAKING) {
      return view;
    }
    return new BackupView(
        view.id(),
        view.state(),
        file(view.id()).toFile().length(),
        null,
        null,
        view.origin(),
        null);
  }

  /**
   * Opens the file of one that is ready, to be closed by the caller; empty if there is none of that
   * id.
   */
  public synchronized Optional<FileChannel> open(String id) throws IOException {
    Optional<BackupView> found = find(id).filter(one -> one.state() == BackupView.State.READY);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    readAt = System.nanoTime();
    return Optional.of(FileChannel.open(file(found.get().id()), StandardOpenOption.READ));
  }

  /** Removes one that is not being made; whether there was one of that id. */
  public synchronized boolean remove(String id) throws IOException {
    Optional<BackupView> found = find(id).filter(one -> one.state() != BackupView.State.MAKING);
    if (found.isPresent()) {
      remove(found.get().id());
    }
    return found.isPresent();
  }

  private void remove(UUID id) throws IOException {
    current = null;
    Files.deleteIfExists(file(id));
  }

  private Path file(UUID id) {
    return directory.resolve(PREFIX + id);
  }

  @Override
  public void close() throws IOException {
    work.shutdownNow();
    try {
      work.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    removeFiles();
  }
}

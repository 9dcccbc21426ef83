package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.security.Digests;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A folder of files that are named by the SHA-256 of what they hold. A content that is there is
 * whole and never changes. It stays as long as a live job names it, and for a lease from when
 * somebody last asked for it, so that it is still there when the job that needs it arrives. The
 * lease is the file's modification time, so all of this survives the server. Thread-safe; methods
 * block on the disk.
 */
public final class ContentStore {
  private static final System.Logger LOG = System.getLogger(ContentStore.class.getName());

  static final Duration LEASE = Duration.ofHours(1);

  /** Left on the disk for others, above all the store of jobs. */
  private static final long RESERVE_BYTES = 64L << 20;

  private static final int BUFFER_BYTES = 256 << 10;
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
  private static final String INCOMING = "incoming-";

  private final Path folder;
  private final InstantSource clock;

  /** Contents that are known to be as they were. */
  private final Set<String> sound = ConcurrentHashMap.newKeySet();

  private ContentStore(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
  }

  /** Opens the folder, makes it if need be, and clears it of what a dead server left half done. */
  public static ContentStore open(Path folder, InstantSource clock) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    try (DirectoryStream<Path> halfDone = Files.newDirectoryStream(folder, INCOMING + "*")) {
      for (Path file : halfDone) {
        Files.delete(file);
      }
    }
    try (DirectoryStream<Path> foreign =
        Files.newDirectoryStream(folder, file -> !isFingerprint(file.getFileName().toString()))) {
      foreign.forEach(file -> LOG.log(Level.WARNING, "{0} is no content: it is left alone", file));
    }
    return new ContentStore(folder, clock);
  }

  /** Whether this is a SHA-256 as contents are named by: 64 lower-case hexadecimal digits. */
  public static boolean isFingerprint(String text) {
    return FINGERPRINT.matcher(text).matches();
  }

  /** Whether the content is there; if so, its lease begins anew. */
  public synchronized boolean renew(String sha256) throws IOException {
    try {
      Files.setLastModifiedTime(path(sha256), FileTime.from(clock.instant()));
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /**
   * Whether the content is there and as it was, which is looked at once; if so, its lease begins
   * anew. One that is damaged is removed, so that it is sent again.
   */
  public boolean has(String sha256) throws IOException {
    if (!renew(sha256)) {
      return false;
    }
    if (sound.contains(sha256)) {
      return true;
    }
    if (Digests.sha256(path(sha256)).equals(sha256)) {
      sound.add(sha256);
      return true;
    }
    LOG.log(
        Level.ERROR,
        "the content {0} in {1} is damaged: it is removed, and is to be sent again",
        sha256,
        folder);
    Files.deleteIfExists(path(sha256));
    return false;
  }

  /**
   * The contents that a job names and the store lacks; the lease of the others begins anew.
   *
   * @throws IllegalArgumentException with a sentence for people, if the job's own list makes no
   *     sense
   */
  public Set<String> missing(Job job) throws IOException {
    Set<String> missing = new LinkedHashSet<>();
    for (SourceFile file : SourceFile.in(job)) {
      if (!renew(file.sha256())) {
        missing.add(file.sha256());
      }
    }
    return missing;
  }

  /** Its size in bytes; negative if it is not there. */
  long size(String sha256) throws IOException {
    try {
      return Files.size(path(sha256));
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  /** For reading; throws {@link NoSuchFileException} if it is not there. */
  FileChannel read(String sha256) throws IOException {
    return FileChannel.open(path(sha256), StandardOpenOption.READ);
  }

  /**
   * Begins to take a content in.
   *
   * @param size in bytes if known, else negative
   * @throws NoSpaceException if the disk has no room for it
   */
  public IncomingContent receive(String sha256, long size) throws IOException {
    path(sha256);
    return new IncomingContent(this, sha256, folder.resolve(INCOMING + UUID.randomUUID()), size);
  }

  /**
   * Copies a file of this machine into the store, if it is a regular file that can be read and has
   * that fingerprint. It is copied, since the file may change while it is delivered.
   *
   * @return whether the store has the content now
   */
  public boolean adopt(String sha256, Path source) throws IOException {
    if (has(sha256)) {
      return true;
    }
    if (!Files.isRegularFile(source) || !Files.isReadable(source)) {
      return false;
    }
    try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
        IncomingContent content = receive(sha256, in.size())) {
      ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
      while (in.read(buffer) >= 0) {
        content.write(buffer.flip());
        buffer.clear();
      }
      content.commit();
      return true;
    } catch (ContentMismatchException e) {
      return false;
    }
  }

  /**
   * Removes contents whose lease has ended and that nobody needs.
   *
   * @param live fingerprints that live jobs name
   * @return how many were removed
   */
  int collect(Set<String> live) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (isFingerprint(name) && !live.contains(name) && removeIfOld(file)) {
          sound.remove(name);
          removed++;
        }
      }
    }
    return removed;
  }

  private synchronized boolean removeIfOld(Path file) throws IOException {
    Instant leased = Files.getLastModifiedTime(file).toInstant();
    return leased.plus(LEASE).isBefore(clock.instant()) && Files.deleteIfExists(file);
  }

  void askForRoom(long bytes) throws IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    if (usable - RESERVE_BYTES < bytes) {
      throw new NoSpaceException(folder, bytes, usable);
    }
  }

  synchronized void accept(Path file, String sha256) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    Files.move(file, path(sha256), StandardCopyOption.ATOMIC_MOVE);
    sound.add(sha256);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  private Path path(String sha256) {
    if (!isFingerprint(sha256)) {
      throw new IllegalArgumentException(
          "a SHA-256 of 64 lower-case hexadecimal digits is expected, not '" + sha256 + "'");
    }
    return folder.resolve(sha256);
  }
}

package io.directord.server.content;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.security.Digests;
import io.directord.common.storage.DurableFiles;
import io.directord.common.validation.Quoted;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * A directory of files named by the SHA-256 of their content. A stored content is complete and
 * never changes. It is kept as long as a live job names it, and for a lease after it was last
 * requested, so that it still exists when its job arrives. Leases are counted in calls of {@link
 * #collect}, so that neither setting a clock nor a pause of the server ends one; a start of the
 * server renews all of them. Thread-safe; methods block on the disk unless stated otherwise.
 */
public final class ContentStore {
  private static final System.Logger LOG = System.getLogger(ContentStore.class.getName());

  /** Number of collections that a content survives after it was last requested. */
  static final int LEASE_ROUNDS = 6;

  /** Disk space reserved for others, above all the store of jobs. */
  private static final long RESERVE_BYTES = 64L << 20;

  private static final int BUFFER_BYTES = 256 << 10;
  private static final Pattern FINGERPRINT = Pattern.compile("[0-9a-f]{64}");
  private static final String INCOMING = "incoming-";

  private final Path directory;

  /** The stored contents, each with the round in which it was last requested. */
  private final Map<String, Integer> leases = new ConcurrentHashMap<>();

  /** Held while a file is renamed or removed. */
  private final Object naming = new Object();

  private volatile int round;

  /** Contents that were verified. */
  private final Set<String> sound = ConcurrentHashMap.newKeySet();

  private ContentStore(Path directory) {
    this.directory = directory;
  }

  /** Opens or creates the directory, and removes partial files of a dead server. */
  public static ContentStore open(Path directory) throws IOException {
    makeDirectory(directory);
    try (DirectoryStream<Path> halfDone = Files.newDirectoryStream(directory, INCOMING + "*")) {
      for (Path file : halfDone) {
        Files.delete(file);
      }
    }
    ContentStore store = new ContentStore(directory);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (isFingerprint(file.getFileName().toString())) {
          store.leases.put(file.getFileName().toString(), store.round);
        } else {
          LOG.log(Level.WARNING, "{0} is not a content: it is ignored", file);
        }
      }
    }
    return store;
  }

  private static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Whether this is a SHA-256 of 64 lower-case hexadecimal digits. */
  public static boolean isFingerprint(String text) {
    return FINGERPRINT.matcher(text).matches();
  }

  /** Whether the content is stored; if so, its lease is renewed. Never waits for the disk. */
  public boolean renew(String sha256) {
    requireFingerprint(sha256);
    return leases.computeIfPresent(sha256, (content, asked) -> round) != null;
  }

  /**
   * Whether the content is stored and undamaged, which is verified once; if so, its lease is
   * renewed. A damaged content is removed, so that it is uploaded again.
   */
  public boolean has(String sha256) throws IOException {
    if (!renew(sha256)) {
      return false;
    }
    if (!Files.exists(path(sha256))) {
      isGone(sha256);
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
        "the content {0} in {1} is damaged: it is removed, and must be sent again",
        sha256,
        directory);
    Files.deleteIfExists(path(sha256));
    isGone(sha256);
    return false;
  }

  private void isGone(String sha256) {
    leases.remove(sha256);
    sound.remove(sha256);
  }

  /**
   * The contents that a job names and the store lacks; the lease of the others is renewed. Never
   * waits for the disk.
   *
   * @throws IllegalArgumentException if the job's own list is invalid; the message is for people
   */
  public Set<String> missing(Job job) {
    Set<String> missing = new LinkedHashSet<>();
    for (SourceFile file : SourceFile.in(job)) {
      if (!renew(file.sha256())) {
        missing.add(file.sha256());
      }
    }
    return missing;
  }

  /** Its size in bytes; negative if it is not stored. */
  long size(String sha256) throws IOException {
    try {
      return Files.size(path(sha256));
    } catch (NoSuchFileException e) {
      return -1;
    }
  }

  /** Opens it for reading; throws {@link NoSuchFileException} if it is not stored. */
  FileChannel read(String sha256) throws IOException {
    try {
      return FileChannel.open(path(sha256), StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      isGone(sha256);
      throw e;
    }
  }

  /**
   * Begins to receive a content.
   *
   * @param size in bytes if known, else negative
   * @throws NoSpaceException if the disk has no room for it
   */
  public IncomingContent receive(String sha256, long size) throws IOException {
    path(sha256);
    if (!Files.isDirectory(directory)) {
      LOG.log(
          Level.ERROR,
          "{0} was removed while it was in use: it is made anew, and the contents that were in it"
              + " are to be sent again",
          directory);
      makeDirectory(directory);
    }
    return new IncomingContent(this, sha256, directory.resolve(INCOMING + UUID.randomUUID()), size);
  }

  /**
   * Copies a file of this machine into the store, if it is a regular file that can be read and has
   * that fingerprint. It is copied, since the file may change while it is delivered.
   *
   * @return whether the content is now stored
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
   * Removes contents whose lease has ended and that no live job names.
   *
   * @param live fingerprints named by live jobs
   * @return number of removed contents
   */
  int collect(Set<String> live) throws IOException {
    int now = ++round;
    int removed = 0;
    for (Map.Entry<String, Integer> lease : leases.entrySet()) {
      String sha256 = lease.getKey();
      int asked = lease.getValue();
      if (now - asked > LEASE_ROUNDS && !live.contains(sha256) && leases.remove(sha256, asked)) {
        removed += remove(sha256) ? 1 : 0;
      }
    }
    return removed;
  }

  private boolean remove(String sha256) throws IOException {
    synchronized (naming) {
      // It may have been stored again meanwhile.
      if (leases.containsKey(sha256)) {
        return false;
      }
      sound.remove(sha256);
      return Files.deleteIfExists(path(sha256));
    }
  }

  void askForRoom(long bytes) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable - RESERVE_BYTES < bytes) {
      throw new NoSpaceException(directory, bytes, usable);
    }
  }

  void accept(Path file, String sha256) throws IOException {
    synchronized (naming) {
      Files.move(file, path(sha256), StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncDirectory(directory);
      sound.add(sha256);
      leases.put(sha256, round);
    }
  }

  private Path path(String sha256) {
    requireFingerprint(sha256);
    return directory.resolve(sha256);
  }

  private static void requireFingerprint(String sha256) {
    if (!isFingerprint(sha256)) {
      throw new IllegalArgumentException(
          "a SHA-256 of 64 lower-case hexadecimal digits is expected, not " + Quoted.of(sha256));
    }
  }
}

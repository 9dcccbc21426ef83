package io.directord.common.tree;

import io.directord.common.security.Digests;
import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/**
 * A private directory that keeps {@link KnownFingerprints}, those used last, in at most {@link
 * #MAX_BYTES}. It may be removed at any time. What is damaged, belongs to another user or cannot be
 * read is ignored, and what cannot be written is not kept: then all files are read again.
 * Thread-safe, also with other processes.
 */
public final class FingerprintStore {
  /** Of a file of its own: a digest, or one that was being written. */
  private static final Pattern NAME =
      Pattern.compile("[0-9a-f]{64}|new-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  /** Keeps nothing. */
  public static final FingerprintStore NONE = new FingerprintStore(null, System::currentTimeMillis);

  /** Maximum size of all files, in bytes. */
  public static final long MAX_BYTES = 64 << 20;

  private static final int OTHERS = 0077;

  private final Path directory;
  private final LongSupplier clock;

  /**
   * @param cache a directory of caches; neither need exist
   */
  public static FingerprintStore in(Path cache) {
    return new FingerprintStore(cache.resolve("fingerprints"), System::currentTimeMillis);
  }

  /**
   * @param directory made when it is needed
   * @param clock milliseconds since 1970
   */
  public FingerprintStore(Path directory, LongSupplier clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * Those of one directory.
   *
   * @param name tells it from others
   */
  public KnownFingerprints load(String name) {
    if (directory == null) {
      return KnownFingerprints.none(clock);
    }
    Path file = file(name);
    try {
      if (!isOurs() || Files.size(file) > MAX_BYTES) {
        return KnownFingerprints.none(clock);
      }
      return KnownFingerprints.of(Files.readAllBytes(file), clock);
    } catch (NoSuchFileException e) {
      return KnownFingerprints.none(clock);
    } catch (IOException e) {
      log("known fingerprints cannot be read: {0}", e);
      return KnownFingerprints.none(clock);
    }
  }

  /** Keeps those that were found or added since they were loaded. */
  public void save(String name, KnownFingerprints fingerprints) {
    if (directory == null) {
      return;
    }
    try {
      if (!fingerprints.isChanged()) {
        Files.setLastModifiedTime(file(name), FileTime.fromMillis(clock.getAsLong()));
        return;
      }
      PrivateFiles.makeDirectory(directory);
      byte[] bytes = fingerprints.bytes();
      if (isOurs() && bytes.length <= MAX_BYTES) {
        write(file(name), bytes);
        removeOldest();
      }
    } catch (IOException e) {
      log("known fingerprints cannot be kept: {0}", e);
    }
  }

  /** The platform's logging is a large part of a short command's start, so only this begins it. */
  private static void log(String message, IOException e) {
    System.getLogger(FingerprintStore.class.getName())
        .log(Level.DEBUG, message, IoErrors.sayWhere(e));
  }

  /** Not synced to the disk: a checksum tells what is whole. */
  private void write(Path file, byte[] bytes) throws IOException {
    Path temporary = directory.resolve("new-" + UUID.randomUUID());
    try {
      Files.createFile(temporary, PrivateFiles.mode());
      Files.write(temporary, bytes, StandardOpenOption.WRITE);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private void removeOldest() throws IOException {
    record Kept(Path path, long bytes, FileTime used) {}
    List<Kept> all = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path path : files) {
        if (!NAME.matcher(path.getFileName().toString()).matches()) {
          continue;
        }
        try {
          var attributes =
              Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          all.add(new Kept(path, attributes.size(), attributes.lastModifiedTime()));
        } catch (NoSuchFileException e) {
          continue;
        }
      }
    }
    all.sort(Comparator.comparing(Kept::used).reversed());
    long bytes = 0;
    for (Kept kept : all) {
      bytes += kept.bytes();
      if (bytes > MAX_BYTES) {
        Files.deleteIfExists(kept.path());
      }
    }
  }

  /** Whether nobody else may write there. */
  private boolean isOurs() throws IOException {
    Map<String, Object> there =
        Files.readAttributes(directory, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    Object self = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return there.get("uid").equals(self) && ((Integer) there.get("mode") & OTHERS) == 0;
  }

  private Path file(String name) {
    return directory.resolve(Digests.sha256(name.getBytes(StandardCharsets.UTF_8)));
  }
}

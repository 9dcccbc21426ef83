package io.directord.server.content;

import io.directord.common.security.Digests;
import io.directord.common.security.Sealing;
import io.directord.common.storage.DurableFiles;
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
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Contents that are secrets: small, and on the disk only sealed, under a key that is made of the
 * server's own. Thread-safe; methods block on the disk.
 */
final class SealedContents {
  private static final System.Logger LOG = System.getLogger(SealedContents.class.getName());

  /** End of the names of their files. */
  static final String SUFFIX = ".sealed";

  private final Path directory;
  private final byte[] key;
  private final List<byte[]> former;

  /**
   * @param key null if the server has none, so that it takes no secrets
   * @param former keys under which contents may be sealed too
   */
  SealedContents(Path directory, byte[] key, List<byte[]> former) {
    this.directory = directory;
    this.key = key;
    this.former = former;
  }

  /**
   * Removes all secrets from a directory that may not exist.
   *
   * @return how many there were
   */
  static int removeAll(Path directory) throws IOException {
    int removed = 0;
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
        for (Path file : files) {
          Files.delete(file);
          removed++;
        }
      }
    }
    return removed;
  }

  Path path(String sha256) {
    return directory.resolve(sha256 + SUFFIX);
  }

  /** Stores a content durably. */
  void put(String sha256, byte[] content, String temporary) throws IOException {
    if (key == null) {
      throw new IllegalArgumentException(
          "this server takes no secrets: with --insecure it has no key with which to keep them");
    }
    String actual = Digests.sha256(content);
    if (!actual.equals(sha256)) {
      throw new ContentMismatchException(sha256, actual);
    }
    Path file = directory.resolve(temporary + UUID.randomUUID());
    try (FileChannel out =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer sealed = ByteBuffer.wrap(Sealing.keep(key, sha256, content));
      while (sealed.hasRemaining()) {
        out.write(sealed);
      }
      out.force(true);
      Files.move(file, path(sha256), StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncDirectory(directory);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /**
   * The content.
   *
   * @throws NoSuchFileException if it is not there, or cannot be opened any more
   */
  byte[] read(String sha256) throws IOException {
    return open(sha256, Files.readAllBytes(path(sha256)));
  }

  /** Likewise, of its stored bytes. */
  byte[] open(String sha256, byte[] sealed) throws NoSuchFileException {
    byte[] content = open(key, sha256, sealed);
    for (int i = 0; content == null && i < former.size(); i++) {
      content = open(former.get(i), sha256, sealed);
    }
    if (content == null) {
      LOG.log(
          Level.WARNING,
          "a secret in {0} is damaged, or was kept by a server with another key",
          path(sha256));
      throw new NoSuchFileException(sha256, null, "it cannot be opened with this server's key");
    }
    return content;
  }

  /** Whether it has to be sealed anew, since another key than the first one opens it. */
  boolean isFormer(String sha256) throws IOException {
    return open(key, sha256, Files.readAllBytes(path(sha256))) == null;
  }

  /** Null if that key does not open it. */
  private static byte[] open(byte[] key, String sha256, byte[] sealed) {
    try {
      return key == null ? null : Sealing.openKept(key, sha256, sealed);
    } catch (GeneralSecurityException e) {
      return null;
    }
  }
}

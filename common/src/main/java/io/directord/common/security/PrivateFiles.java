package io.directord.common.security;

import io.directord.common.input.GivenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Files and directories that only their owner may read. */
public final class PrivateFiles {
  /** Far more than a key has. */
  static final int MAX_BYTES = 1 << 20;

  /** What an empty file system has in it. */
  private static final String NEW_DISK = "lost+found";

  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> DIRECTORY_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private PrivateFiles() {}

  /** Makes the directory and its parents, mode 0700, unless it exists. */
  public static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      requireNoFile(directory);
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(DIRECTORY_MODE));
    }
  }

  /**
   * Looks that what must be a directory is not anything else.
   *
   * @throws IOException saying what to do
   */
  private static void requireNoFile(Path directory) throws IOException {
    for (Path at = directory.toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(at)) {
        throw new IOException(
            at
                + (Files.exists(at) ? " is not a directory" : " is a link to nothing")
                + ", and directord needs one of that name there: move it away, then start again");
      }
    }
  }

  /**
   * Makes the directory and its parents, mode 0700; an existing one is closed to other users.
   *
   * @param own entries of which there is one in every directory that was used before, or by a
   *     client beside a server
   * @return a warning about access by others, or by the owner if that is neither this user nor
   *     root; empty if they have and had none
   * @throws IOException also if others have access and use it for something else, as {@code /tmp}
   */
  public static Optional<String> claimDirectory(Path directory, Set<String> own)
      throws IOException {
    makeDirectory(directory);
    UserPrincipal owner = Files.getOwner(directory);
    Optional<String> foreign =
        Owners.isTrusted(owner)
            ? Optional.empty()
            : Optional.of(
                "the directory "
                    + directory
                    + " belongs to "
                    + owner.getName()
                    + ", who could replace what is in it: chown it to the user who runs this");
    if (Files.getPosixFilePermissions(directory).stream().noneMatch(OTHERS::contains)) {
      return foreign;
    }
    if (!isForUs(directory, own)) {
      throw new IOException(
          "others than its owner have access to it, and it has things in it that are not"
              + " directord's");
    }
    String open = "the directory " + directory + " was open to others than its owner";
    try {
      Files.setPosixFilePermissions(directory, DIRECTORY_MODE);
      return Optional.of(foreign.orElse(open + ": it is closed to them now"));
    } catch (IOException e) {
      // For example a volume that belongs to another user.
      return Optional.of(
          foreign.orElse(open + ", and is still: this user may not change that (chmod 700)"));
    }
  }

  private static boolean isForUs(Path directory, Set<String> own) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      List<String> names = entries.map(entry -> entry.getFileName().toString()).toList();
      return names.stream().allMatch(NEW_DISK::equals) || names.stream().anyMatch(own::contains);
    }
  }

  /** File attribute for mode 0600. */
  public static FileAttribute<Set<PosixFilePermission>> mode() {
    return PosixFilePermissions.asFileAttribute(FILE_MODE);
  }

  /**
   * Writes a file of mode 0600 atomically and durably.
   *
   * @throws FileAlreadyExistsException if it exists
   */
  public static void create(Path file, byte[] content) throws IOException {
    Path temporary = written(file, content);
    try {
      publish(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Likewise, in place of the one that is there. */
  public static void replace(Path file, byte[] content) throws IOException {
    Path temporary = written(file, content);
    try {
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** A durable file of another name in the same directory. */
  private static Path written(Path file, byte[] content) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    makeDirectory(directory);
    Path temporary = Files.createTempFile(directory, ".new-", "", mode());
    try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        out.write(bytes);
      }
      out.force(true);
      return temporary;
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  /**
   * Reads a secret.
   *
   * @throws IOException also if others than its owner may read or write it
   */
  public static byte[] read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(
          file + " is a directory, and a file with a secret is expected there: move it away");
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(OTHERS::contains)) {
      throw new IOException(
          file + " holds a secret, but others than its owner have access: chmod 600 " + file);
    }
    return GivenFile.read(file, MAX_BYTES);
  }

  private static void publish(Path temporary, Path file) throws IOException {
    try {
      // A link fails if the name exists; a rename would replace the file.
      Files.createLink(file, temporary);
    } catch (UnsupportedOperationException | AtomicMoveNotSupportedException e) {
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
  }
}

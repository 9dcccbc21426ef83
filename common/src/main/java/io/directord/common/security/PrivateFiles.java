package io.directord.common.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/** Files and directories that only their owner may read. */
public final class PrivateFiles {
  private static final Set<PosixFilePermission> FILE_MODE =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> FOLDER_MODE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("---rwxrwx");

  private PrivateFiles() {}

  /** Makes the directory and its parents, mode 0700, unless it exists. */
  public static void makeDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory, PosixFilePermissions.asFileAttribute(FOLDER_MODE));
    }
  }

  /**
   * Makes the directory and its parents, mode 0700; an existing one is closed to other users.
   *
   * @return a warning about access by others; empty if they have and had none
   */
  public static Optional<String> claimDirectory(Path directory) throws IOException {
    makeDirectory(directory);
    if (Files.getPosixFilePermissions(directory).stream().noneMatch(OTHERS::contains)) {
      return Optional.empty();
    }
    String open = "the directory " + directory + " was open to others than its owner";
    try {
      Files.setPosixFilePermissions(directory, FOLDER_MODE);
      return Optional.of(open + ": it is closed to them now");
    } catch (IOException e) {
      // For example a volume that belongs to another user.
      return Optional.of(open + ", and is still: this user may not change that (chmod 700)");
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
    makeDirectory(file.toAbsolutePath().getParent());
    Path temporary =
        Files.createTempFile(
            file.toAbsolutePath().getParent(),
            ".new-",
            "",
            PosixFilePermissions.asFileAttribute(FILE_MODE));
    try {
      try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        ByteBuffer bytes = ByteBuffer.wrap(content);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      publish(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /**
   * Reads a secret.
   *
   * @throws IOException also if others than its owner may read or write it
   */
  public static byte[] read(Path file) throws IOException {
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
    if (permissions.stream().anyMatch(OTHERS::contains)) {
      throw new IOException(
          file + " holds a secret, but others than its owner have access: chmod 600 " + file);
    }
    return Files.readAllBytes(file);
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

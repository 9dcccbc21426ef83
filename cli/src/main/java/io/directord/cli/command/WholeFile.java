package io.directord.cli.command;

import io.directord.cli.console.Failure;
import io.directord.common.input.GivenFile;
import io.directord.common.storage.DurableFiles;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A file that a user names, and that appears, or replaces an earlier one, only when it is complete.
 * Of a link the target is replaced.
 */
final class WholeFile {
  private static final String TO_OUTPUT = "-";
  private static final Path STANDARD_OUTPUT = Path.of("/dev/stdout");

  /** The mode bits of a directory such as {@code /tmp}: sticky and writable for all. */
  private static final int SHARED_BITS = 01002;

  /** The permissions of the file while it is being written. */
  private static final Set<PosixFilePermission> ONLY_MINE =
      PosixFilePermissions.fromString("rw-------");

  private final String name;
  private final Path file;
  private final Path part;
  private final boolean toOutput;
  private final Set<PosixFilePermission> permissions;

  /**
   * @param name {@code -} for standard output
   * @param isPrivate whether only its owner may read it; else it keeps the permissions of an
   *     earlier one
   */
  WholeFile(String name, boolean isPrivate) throws Failure {
    this.name = name;
    try {
      file = name.equals(TO_OUTPUT) ? STANDARD_OUTPUT : target(name);
      toOutput = file.equals(STANDARD_OUTPUT) || isOutput(file);
      boolean special = Files.exists(file) && !Files.isRegularFile(file);
      part = special || toOutput ? file : newPart(file);
      if (part.equals(file)) {
        permissions = Set.of();
      } else {
        permissions =
            isPrivate ? ONLY_MINE : Files.getPosixFilePermissions(Files.exists(file) ? file : part);
        Files.setPosixFilePermissions(part, ONLY_MINE);
      }
    } catch (IOException e) {
      throw cannotWrite(e);
    }
  }

  private static Path target(String name) throws Failure, IOException {
    Path named;
    try {
      named = Path.of(name).toAbsolutePath();
    } catch (InvalidPathException e) {
      throw Failure.usage("not a file's name: " + e.getInput());
    }
    if (name.isBlank() || Files.isDirectory(named)) {
      throw Failure.usage("'" + name + "' is a directory; name a file");
    }
    if (!Files.isDirectory(named.getParent())) {
      throw Failure.usage("there is no directory " + named.getParent());
    }
    if (isPlantedByAnother(named)) {
      throw Failure.usage(
          named
              + " belongs to "
              + Files.getOwner(named, LinkOption.NOFOLLOW_LINKS).getName()
              + ", in a directory where everyone may put files: name another one");
    }
    return Files.isRegularFile(named) ? named.toRealPath() : named;
  }

  /**
   * Whether it is a file or link of another user in a directory where all users may create files.
   * The rules are those of the kernel's {@code fs.protected_symlinks} and {@code
   * fs.protected_regular}.
   */
  private static boolean isPlantedByAnother(Path named) throws IOException {
    Path directory = named.getParent().toRealPath();
    int mode = (Integer) Files.getAttribute(directory, "unix:mode");
    if ((mode & SHARED_BITS) != SHARED_BITS || !Files.exists(named, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    Object owner = Files.getAttribute(named, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    return !owner.equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))
        && !owner.equals(Files.getAttribute(directory, "unix:uid"));
  }

  /**
   * Creates the part file, and fails if the name exists, since it could be a link of another user.
   */
  private static Path newPart(Path file) throws IOException {
    Path part = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".part");
    return Files.createFile(part);
  }

  /** Opens it to be written. */
  OutputStream open() throws IOException {
    return toOutput ? new FileOutputStream(FileDescriptor.out) : GivenFile.openToWrite(part);
  }

  /** Whether the file is standard output. */
  boolean isToOutput() {
    return toOutput;
  }

  private static boolean isOutput(Path file) throws IOException {
    return Files.exists(file)
        && Files.exists(STANDARD_OUTPUT)
        && Files.isSameFile(file, STANDARD_OUTPUT);
  }

  /** Has what was written on the disk, before it is published. */
  void sync() throws IOException {
    if (!part.equals(file)) {
      try (FileChannel written = FileChannel.open(part, StandardOpenOption.WRITE)) {
        written.force(true);
      }
    }
  }

  /** Has what was written appear; it must be closed. */
  void publish() throws IOException {
    if (!part.equals(file)) {
      Files.setPosixFilePermissions(part, permissions);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      DurableFiles.syncDirectory(file.getParent());
    }
  }

  /** Removes what was written, unless it was published. */
  void discard() throws IOException {
    if (!part.equals(file)) {
      Files.deleteIfExists(part);
    }
  }

  /** For people. */
  Failure cannotWrite(IOException e) {
    String why = IoErrors.sayWhere(e);
    if (e instanceof AccessDeniedException) {
      why = "you may not write there";
    } else if (e instanceof FileSystemException file && file.getReason() != null) {
      why = file.getReason();
    } else if (e instanceof FileSystemException) {
      why = "no file can be created there";
    }
    return new Failure(ErrorCode.OUTPUT_NOT_WRITTEN, "cannot write " + name + ": " + why, e);
  }
}

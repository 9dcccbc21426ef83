package io.directord.common.storage;

import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/** Locks a directory against a second process; the lock ends with the process. */
public final class DirectoryLock implements AutoCloseable {
  private final Path path;
  private FileChannel channel;

  /** What the file is known by, whatever its name is. */
  private Object fileKey;

  private DirectoryLock(Path path, FileChannel channel) throws IOException {
    this.path = path;
    this.channel = channel;
    this.fileKey = DurableFiles.key(path);
  }

  /**
   * @param directory must exist
   * @param file in it, which is created if necessary and locked
   * @param user of the lock, for the error
   * @param option of the command line that chooses the directory, for the error
   * @throws DirectoryInUseException if another process, or another part of this one, holds it
   */
  public static DirectoryLock take(Path directory, String file, String user, String option)
      throws IOException {
    Path path = directory.resolve(file);
    FileChannel channel = open(path);
    try {
      if (isOurs(channel)) {
        return new DirectoryLock(path, channel);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new DirectoryInUseException(directory, user, option);
  }

  private static FileChannel open(Path path) throws IOException {
    DurableFiles.requireFile(path);
    return FileChannel.open(
        path, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE), PrivateFiles.mode());
  }

  /**
   * Takes the lock anew if its file was removed or replaced, since a second process would find it
   * free.
   *
   * @throws IOException if that cannot be, for one because a second process has it by now
   */
  public synchronized void upkeep() throws IOException {
    if (Objects.equals(DurableFiles.key(path), fileKey)) {
      return;
    }
    FileChannel fresh = open(path);
    if (!isOurs(fresh)) {
      fresh.close();
      throw new IOException(
          path
              + " was removed while it was in use, and another process has it now: stop one of them");
    }
    channel.close();
    channel = fresh;
    fileKey = DurableFiles.key(path);
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Held by this process.
      return false;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    channel.close();
  }
}

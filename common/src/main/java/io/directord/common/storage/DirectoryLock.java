package io.directord.common.storage;

import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Keeps a second process off a directory; ends with the process, however that ends. */
public final class DirectoryLock implements AutoCloseable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * @param directory must exist
   * @param file in it, which is made if need be and whose lock is taken
   * @param user what takes it, for the error
   * @param option of the command line that chooses the directory, for the error
   * @throws DirectoryInUseException if another process, or another part of this one, holds it
   */
  public static DirectoryLock take(Path directory, String file, String user, String option)
      throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(file),
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PrivateFiles.mode());
    try {
      if (isOurs(channel)) {
        return new DirectoryLock(channel);
      }
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    channel.close();
    throw new DirectoryInUseException(directory, user, option);
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      // Held inside this very process.
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

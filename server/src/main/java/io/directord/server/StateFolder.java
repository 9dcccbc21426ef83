package io.directord.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Keeps a second server off the state folder, wherever the jobs are kept: contents are always in
 * it, and a server clears away what another one left half done. Ends with the process, however that
 * ends.
 */
final class StateFolder implements AutoCloseable {
  private final FileChannel lock;

  private StateFolder(FileChannel lock) {
    this.lock = lock;
  }

  /**
   * Takes the folder, which is made if need be.
   *
   * @throws CannotStartException if another server has it, or it cannot be written to
   */
  static StateFolder claim(Path folder) throws CannotStartException {
    try {
      Files.createDirectories(folder);
      FileChannel channel =
          FileChannel.open(
              folder.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isOurs(channel)) {
        return new StateFolder(channel);
      }
      channel.close();
    } catch (IOException e) {
      throw new CannotStartException(
          "cannot use the folder " + folder + ": " + e + "; choose another --state-path");
    }
    throw new CannotStartException(
        "another server uses " + folder + ": stop it, or give this one another --state-path");
  }

  private static boolean isOurs(FileChannel channel) throws IOException {
    try {
      FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      // By another server inside this very process.
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

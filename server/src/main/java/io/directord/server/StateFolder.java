package io.directord.server;

import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DirectoryInUseException;
import io.directord.common.storage.DirectoryLock;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;

/**
 * Keeps a second server off the state folder, wherever the jobs are kept: contents are always in
 * it, and a server clears away what another one left half done. Ends with the process, however that
 * ends.
 */
final class StateFolder implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StateFolder.class.getName());

  private final DirectoryLock lock;

  private StateFolder(DirectoryLock lock) {
    this.lock = lock;
  }

  /**
   * Takes the folder, which is made if need be, and closes it to other users.
   *
   * @throws CannotStartException if another server has it, or it cannot be written to
   */
  static StateFolder claim(Path folder) throws CannotStartException {
    try {
      PrivateFiles.claimDirectory(folder).ifPresent(open -> LOG.log(Level.WARNING, open));
      return new StateFolder(DirectoryLock.take(folder, "server.lock", "server", "state-path"));
    } catch (DirectoryInUseException e) {
      throw new CannotStartException(e);
    } catch (IOException e) {
      throw new CannotStartException(
          "cannot use the folder " + folder + ": " + e + "; choose another --state-path");
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

package io.directord.server;

import io.directord.common.security.PrivateFiles;
import io.directord.common.storage.DirectoryInUseException;
import io.directord.common.storage.DirectoryLock;
import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Set;

/**
 * Locks the state directory against a second server, wherever the jobs are kept: contents are
 * always in it, and a server removes partial files of another one. Ends with the process.
 */
final class StateDirectory implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(StateDirectory.class.getName());

  private static final String LOCK = "server.lock";

  private final DirectoryLock lock;

  private StateDirectory(DirectoryLock lock) {
    this.lock = lock;
  }

  /**
   * Locks the directory, which is created if necessary, and closes it to other users.
   *
   * @throws CannotStartException if another server has it, or it cannot be written to
   */
  static StateDirectory claim(Path directory) throws CannotStartException {
    try {
      PrivateFiles.claimDirectory(directory, Set.of(LOCK, "client"))
          .ifPresent(open -> LOG.log(Level.WARNING, open));
      return new StateDirectory(DirectoryLock.take(directory, LOCK, "server", "state-path"));
    } catch (DirectoryInUseException e) {
      throw new CannotStartException(e);
    } catch (IOException e) {
      throw new CannotStartException(
          "cannot use the directory "
              + directory
              + ": "
              + IoErrors.sayWhere(e)
              + "; choose another --state-path");
    }
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}

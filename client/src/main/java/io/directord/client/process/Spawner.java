package io.directord.client.process;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts commands: each in a process group of its own and without a controlling terminal, with
 * empty standard input, its output in pipes, and no other descriptors. Thread-safe.
 */
public interface Spawner {
  /**
   * Starts a program.
   *
   * @param words its path and arguments
   * @param variables set beside those of the client's own environment
   * @param timerSlack mark of all its processes, {@link ProcessTree#timerSlack()}; 0 for none
   * @return the process; the caller reads and closes its streams
   * @throws IOException if it cannot be started, with the reason
   */
  Process start(List<String> words, Map<String, String> variables, long timerSlack)
      throws IOException;

  /**
   * The best spawner available on this machine.
   *
   * @param environment what commands inherit
   * @param directory of the client, on a file system that allows programs
   */
  static Spawner of(ClientEnvironment environment, Path directory) {
    Logger log = System.getLogger(Spawner.class.getName());
    try {
      return new NativeSpawner(environment, directory);
    } catch (LinkageError | RuntimeException e) {
      JdkSpawner spawner = new JdkSpawner(environment);
      log.log(
          Level.WARNING,
          "the C library''s posix_spawn cannot be used ({0}): {1}",
          e.getMessage(),
          spawner.consequence());
      return spawner;
    }
  }
}

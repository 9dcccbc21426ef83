package io.directord.client.process;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Starts commands: each in a process group of its own and without a controlling terminal, with
 * nothing to read, its output in pipes, and no other descriptor. Thread-safe.
 */
public interface Spawner {
  /**
   * Starts a program.
   *
   * @param words its path and arguments
   * @param variables set beside those of the client's own environment
   * @param timerSlack mark of all that it starts, {@link ProcessTree#timerSlack()}; 0 for none
   * @return its streams are to be read and closed by the caller
   * @throws IOException if it cannot be started, saying why
   */
  Process start(List<String> words, Map<String, String> variables, long timerSlack)
      throws IOException;

  /**
   * The best that this machine has.
   *
   * @param environment what commands inherit
   * @param directory of the client's, where files that are programs may lie
   */
  static Spawner of(ClientEnvironment environment, Path directory) {
    Logger log = System.getLogger(Spawner.class.getName());
    // Of those that may be named there, each runtime knows others; all know their default.
    System.clearProperty("jdk.lang.Process.launchMechanism");
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

package io.directord.original;

import io.directord.cli.TestCluster;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A client of the original's, or a stand-in for one, as a process that the cluster cleans up. */
final class LegacyClient {
  private static final String MARK = "STARTED_BY_TEST_CLUSTER";

  private final Process process;
  private final Path log;

  private LegacyClient(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static LegacyClient start(TestCluster cluster, String identity, ProcessBuilder command) {
    try {
      Path log = Files.createDirectories(cluster.directory().resolve("logs")).resolve(identity);
      command.environment().put(MARK, cluster.variable(MARK));
      command.environment().put(TestCluster.NODE, identity);
      command.redirectInput(new File("/dev/null")).redirectErrorStream(true);
      command.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      return new LegacyClient(command.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL, to it and to what it started: the original consists of several processes. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    process.onExit().join();
  }

  String log() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

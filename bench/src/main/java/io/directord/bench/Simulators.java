package io.directord.bench;

import io.directord.bench.crowd.Simulator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The processes that simulate nodes, each with a log of its own. */
final class Simulators implements AutoCloseable {
  private static final int NODES_PER_PROCESS = 2500;

  private final Map<Path, Process> byLog = new LinkedHashMap<>();
  private final Path directory;

  /**
   * @param directory for their logs
   */
  Simulators(Path directory) {
    this.directory = directory;
  }

  /**
   * @param endpoint where they connect to
   * @param environment with the shared key
   */
  void start(String endpoint, Map<String, String> environment, int nodes) throws IOException {
    for (int first = 0; first < nodes; first += NODES_PER_PROCESS) {
      List<String> words =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Simulator.class.getName(),
              endpoint,
              Integer.toString(first),
              Integer.toString(Math.min(NODES_PER_PROCESS, nodes - first)));
      Path log = directory.resolve("simulator-" + first + ".log");
      byLog.put(log, Command.start(words, environment, log));
    }
  }

  /**
   * @throws IOException if one has ended, which is always an error
   */
  void requireAll() throws IOException {
    for (var one : byLog.entrySet()) {
      if (!one.getValue().isAlive()) {
        throw new IOException("a simulator has ended, see " + one.getKey());
      }
    }
  }

  /** Where their logs are, with the end of each. */
  String said() throws IOException {
    StringBuilder said = new StringBuilder();
    for (Path log : byLog.keySet()) {
      String tail = Command.tail(log);
      said.append(log).append(tail.isEmpty() ? " is empty" : ":\n" + tail).append('\n');
    }
    return said.toString();
  }

  @Override
  public void close() {
    byLog.values().forEach(Process::destroyForcibly);
  }
}

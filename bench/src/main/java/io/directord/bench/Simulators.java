package io.directord.bench;

import io.directord.bench.crowd.Simulator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The processes that simulate nodes, each with a log of its own. */
final class Simulators implements AutoCloseable {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +\\d+ +(\\d+)");

  /** A thread of its own for so many, if the processes may have that many descriptors. */
  private static final int MAX_NODES_PER_PROCESS = 5000;

  /** What a Java process has open besides. */
  private static final int OTHER_FILES = 100;

  private final Map<Path, Process> byLog = new LinkedHashMap<>();
  private final Path directory;

  /**
   * @param directory for their logs
   */
  Simulators(Path directory) {
    this.directory = directory;
  }

  /**
   * @param host with the port, where they connect to
   * @param environment with the shared key
   */
  void start(String host, String port, Map<String, String> environment, int nodes)
      throws IOException {
    int most = nodesPerProcess();
    for (int first = 0; first < nodes; first += most) {
      List<String> words =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-cp",
              System.getProperty("java.class.path"),
              Simulator.class.getName(),
              host,
              port,
              Integer.toString(first),
              Integer.toString(Math.min(most, nodes - first)));
      Path log = directory.resolve("simulator-" + first + ".log");
      byLog.put(log, Command.start(words, environment, log));
    }
  }

  /** Each takes a descriptor, and Java raises the limit of its process as far as it may. */
  private static int nodesPerProcess() throws IOException {
    Matcher limit = OPEN_FILES.matcher(Files.readString(LIMITS));
    return limit.find()
        ? Math.min(MAX_NODES_PER_PROCESS, Integer.parseInt(limit.group(1)) - OTHER_FILES)
        : MAX_NODES_PER_PROCESS;
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

package io.directord.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A server and six nodes as real processes in a directory of their own, on free ports, with a key
 * of their own. directord and the original are started and used in the same way: the original's
 * names of settings are valid for both.
 */
final class Cluster implements AutoCloseable {
  static final int NODES = 6;

  /** The node whose client {@link #killNode} kills. */
  static final String KILLED = name(1);

  private static final Duration START = Duration.ofMinutes(3);
  private static final Duration STOP = Duration.ofSeconds(5);

  private final List<String> program;
  private final Path directory;
  private final Map<String, String> environment = new HashMap<>();
  private final List<Process> nodes = new ArrayList<>();
  private Process server;

  /**
   * @param program words before the arguments
   * @param directory empty; all files of the processes go there
   */
  Cluster(List<String> program, Map<String, String> extraEnvironment, Path directory)
      throws IOException {
    this.program = program;
    this.directory = directory;
    Path config = Files.writeString(directory.resolve("config.yaml"), "debug: false\n");
    try (ServerSocket jobs = freePort();
        ServerSocket backend = freePort()) {
      environment.put("DIRECTORD_MSG_PORT", Integer.toString(jobs.getLocalPort()));
      environment.put("DIRECTORD_BACKEND_PORT", Integer.toString(backend.getLocalPort()));
    }
    environment.put("DIRECTORD_CONFIG_FILE", config.toString());
    environment.put("DIRECTORD_DRIVER", "zeromq");
    environment.put("DIRECTORD_ZMQ_BIND_ADDRESS", "127.0.0.1");
    environment.put("DIRECTORD_ZMQ_SHARED_KEY", UUID.randomUUID().toString());
    environment.put("DIRECTORD_SOCKET_PATH", socket().toString());
    environment.putAll(extraEnvironment);
  }

  /** Starts the server alone. */
  void startServer() throws IOException {
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    server = launch("server", List.of("server"));
  }

  /** Kills the server and starts it again. */
  void killServer() throws IOException, InterruptedException {
    server.destroyForcibly().waitFor();
    server = launch("server", List.of("server"));
  }

  /** Pauses the server for that time. */
  void stopServer(Duration time) throws IOException, InterruptedException {
    signal("-STOP", List.of(server.toHandle()));
    Thread.sleep(time.toMillis());
    signal("-CONT", List.of(server.toHandle()));
  }

  /** Kills the client of {@link #KILLED} and starts it again. */
  void killNode() throws IOException, InterruptedException {
    nodes.get(0).destroyForcibly().waitFor();
    nodes.set(0, launchNode(1));
  }

  /** Returns when all nodes have joined. */
  void start() throws IOException, InterruptedException {
    startServer();
    for (int node = 1; node <= NODES; node++) {
      nodes.add(launchNode(node));
    }
    awaitNodes();
    for (int node = 1; node <= NODES; node++) {
      String argument = "directory " + nodeDirectory(node);
      cli("exec", "--wait", "--target", name(node), "--verb", "ARG", argument);
    }
  }

  /** Runs the command line to its end. */
  void cli(String... arguments) throws IOException, InterruptedException {
    Command.run(words(List.of(arguments)), environment, output());
  }

  /** The output of the last {@link #cli}. */
  Path output() {
    return directory.resolve("cli.out");
  }

  /** Environment variables of the processes, with ports and key. */
  Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** The log of the server started last. */
  Path serverLog() {
    return directory.resolve("server.log");
  }

  Path socket() {
    return directory.resolve("directord.sock");
  }

  /**
   * The directory of a node for delivered files; on the node it is the argument {@code directory}.
   */
  Path nodeDirectory(int node) {
    return directory.resolve(name(node)).resolve("received");
  }

  /** The directory of the server's state. */
  Path serverDirectory() {
    return directory.resolve("server").resolve("state");
  }

  CpuUse cpu() {
    return CpuUse.of(server.toHandle(), nodeProcesses());
  }

  ProcessHandle serverProcess() {
    return server.toHandle();
  }

  List<ProcessHandle> nodeProcesses() {
    return nodes.stream().map(Process::toHandle).toList();
  }

  /** Pauses all processes, so that their idling is not measured with the work of others. */
  void hold() throws IOException, InterruptedException {
    signal("-STOP", processes().toList());
  }

  void resume() throws IOException, InterruptedException {
    signal("-CONT", processes().toList());
    awaitNodes();
  }

  /** Terminates all processes, and kills those that have not ended after some seconds. */
  @Override
  public void close() {
    List<ProcessHandle> all = processes().toList();
    all.forEach(ProcessHandle::destroy);
    CompletableFuture<?>[] ends =
        all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(STOP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      all.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Process launchNode(int node) throws IOException {
    return launch(name(node), List.of("--identity", name(node), "client"));
  }

  private Process launch(String name, List<String> arguments) throws IOException {
    Path home = Files.createDirectories(directory.resolve(name));
    Files.createDirectories(home.resolve("received"));
    Map<String, String> own = new HashMap<>(environment);
    own.put("DIRECTORD_STATE_PATH", home.resolve("state").toString());
    own.put("DIRECTORD_CACHE_PATH", home.resolve("cache").toString());
    own.put("DIRECTORD_MACHINE_ID", "machine-" + name);
    return Command.start(words(arguments), own, directory.resolve(name + ".log"));
  }

  private void awaitNodes() throws IOException, InterruptedException {
    Instant end = Instant.now().plus(START);
    while (!allNodesListed()) {
      if (!server.isAlive() || Instant.now().isAfter(end)) {
        throw new IOException(
            "no server with " + nodes.size() + " nodes: " + Command.tail(serverLog()));
      }
      Thread.sleep(200);
    }
  }

  private boolean allNodesListed() throws IOException, InterruptedException {
    List<String> words = words(List.of("manage", "--list-nodes"));
    if (Command.start(words, environment, output()).waitFor() != 0) {
      return false;
    }
    String listed = Files.readString(output());
    return IntStream.rangeClosed(1, nodes.size()).allMatch(node -> listed.contains(name(node)));
  }

  private void signal(String signal, List<ProcessHandle> to)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("kill", signal));
    to.stream().map(ProcessHandle::pid).map(pid -> Long.toString(pid)).forEach(words::add);
    // kill reports processes that have just ended, which is harmless.
    Command.start(words, Map.of(), directory.resolve("kill.out")).waitFor();
  }

  private Stream<ProcessHandle> processes() {
    return Stream.concat(Stream.ofNullable(server), nodes.stream())
        .flatMap(process -> Stream.concat(Stream.of(process.toHandle()), process.descendants()));
  }

  private List<String> words(List<String> arguments) {
    return Stream.concat(program.stream(), arguments.stream()).toList();
  }

  static String name(int node) {
    return "node-" + node;
  }

  private static ServerSocket freePort() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }
}

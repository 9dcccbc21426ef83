package io.directord.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Redis and a PostgreSQL of the measurement's own, on free ports of the loopback interface. They
 * keep what they have confirmed, as a server of directord needs it.
 */
final class Databases implements AutoCloseable {
  private static final Path VERSIONS = Path.of("/usr/lib/postgresql");
  private static final Duration START = Duration.ofMinutes(1);

  private final Path directory;
  private final List<Process> processes = new ArrayList<>();
  private final List<Path> outside = new ArrayList<>();

  /**
   * @param directory empty; where they keep what they have
   */
  Databases(Path directory) {
    this.directory = directory;
  }

  /** Starts a Redis that syncs every change to the disk; the value of {@code datastore} for it. */
  String redis() throws IOException, InterruptedException {
    int port = freePort();
    Path own = Files.createDirectory(directory.resolve("redis"));
    List<String> words = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1"));
    words.addAll(List.of("--port", Integer.toString(port), "--dir", own.toString()));
    words.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    start(words, own.resolve("log"), port);
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** Starts the newest PostgreSQL installed; the value of {@code datastore} for it. */
  String postgresql() throws IOException, InterruptedException {
    int port = freePort();
    // The user of the database may not enter ours.
    Path own = Files.createTempDirectory("directord-bench-postgresql");
    outside.add(own);
    var users = FileSystems.getDefault().getUserPrincipalLookupService();
    Files.setOwner(own, users.lookupPrincipalByName("postgres"));
    String data = own.resolve("data").toString();
    Path log = directory.resolve("postgresql.log");
    Command.run(
        asUser("initdb", "-D", data, "-U", "directord", "--auth=trust", "--locale=C.UTF-8"),
        Map.of(),
        log);
    List<String> words = new ArrayList<>(asUser("postgres", "-D", data));
    words.addAll(List.of("-p", Integer.toString(port), "-k", own.toString()));
    words.addAll(List.of("-c", "listen_addresses=127.0.0.1"));
    start(words, log, port);
    return "postgresql://directord:unused@127.0.0.1:" + port + "/postgres?sslmode=disable";
  }

  /** It refuses to be root's. */
  private static List<String> asUser(String program, String... arguments) throws IOException {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"));
    words.add(programs().resolve(program).toString());
    words.addAll(List.of(arguments));
    return words;
  }

  private static Path programs() throws IOException {
    try (Stream<Path> versions = Files.list(VERSIONS)) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IOException("no PostgreSQL in " + VERSIONS));
    }
  }

  private void start(List<String> words, Path log, int port)
      throws IOException, InterruptedException {
    Process process = Command.start(words, Map.of(), log);
    processes.add(process);
    long end = System.nanoTime() + START.toNanos();
    while (!answers(port)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        throw new IOException(words.get(0) + " does not answer: " + Command.tail(log));
      }
      Thread.sleep(100);
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public void close() throws IOException {
    processes.forEach(Process::destroy);
    processes.forEach(process -> process.onExit().join());
    for (Path own : outside) {
      Bench.delete(own);
    }
  }
}

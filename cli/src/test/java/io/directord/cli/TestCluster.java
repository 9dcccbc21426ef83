package io.directord.cli;

import io.directord.common.api.NodeView;
import io.directord.common.api.ServerConnection;
import io.directord.nats.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A server and clients as real processes of the built distribution, in a directory of the test's,
 * on free ports and with a shared key of their own. Closing it ends them, and whatever they
 * started.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.start(directory, 3)) {
 *   Ran ran = cluster.run("exec", "--stream", "--verb", "RUN", "uname -r").expect(0);
 *   cluster.server().kill();
 *   cluster.startServer();
 * }
 * }</pre>
 */
public final class TestCluster implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  /**
   * What a command tells beside all else once it takes some seconds: on a busy machine any one
   * does.
   */
  private static final Pattern TAKES_LONG =
      Pattern.compile("(?m)^(waiting for |directord: waiting: the server at ).*\\R");

  /** In the environment of every process and of what jobs start, so that all can be found. */
  private static final String MARK = "STARTED_BY_TEST_CLUSTER";

  /**
   * Tests that send a signal count on it, also where what runs them ignores it, as below nohup or
   * in the background of a shell.
   */
  private static final List<String> SIGNALS =
      ignoresSignals() ? List.of("env", "--default-signal=INT,HUP,QUIT") : List.of();

  /** In the environment of a client's jobs: its identity. */
  public static final String NODE = "TEST_NODE";

  private final Path directory;
  private final String mark = UUID.randomUUID().toString();
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Map<String, TestProcess> clients = new LinkedHashMap<>();
  private List<String> wrapper = List.of();
  private final int jobPort;
  private final int contentPort;
  private TestProcess server;

  /** Nothing started yet: for tests that set variables first, or start one by one. */
  public TestCluster(Path directory) {
    this.directory = made(directory.toAbsolutePath());
    jobPort = FreePorts.next();
    contentPort = FreePorts.next();
    set("DIRECTORD_SHARED_KEY", "test-" + UUID.randomUUID());
    set("DIRECTORD_JOB_PORT", Integer.toString(jobPort));
    set("DIRECTORD_BACKEND_PORT", Integer.toString(contentPort));
    set("DIRECTORD_BIND_ADDRESS", "127.0.0.1");
    set("DIRECTORD_SOCKET_PATH", socket().toString());
    set("DIRECTORD_HEARTBEAT_INTERVAL", "5");
    // Whatever a command needs lies here: a server of the machine's own may be using the usual
    // places.
    set("DIRECTORD_CONFIG_FILE", write("default/config.yaml", "").toString());
    set("DIRECTORD_STATE_PATH", this.directory.resolve("default/state").toString());
    set("DIRECTORD_CACHE_PATH", this.directory.resolve("default/cache").toString());
    set("HOME", this.directory.toString());
    set(MARK, mark);
  }

  /** A server and clients node-1 to node-N, all of them joined. */
  public static TestCluster start(Path directory, int nodes) {
    TestCluster cluster = new TestCluster(directory);
    try {
      return cluster.startAll(nodes);
    } catch (Throwable e) {
      cluster.close();
      throw e;
    }
  }

  /** Likewise, of a cluster that was given variables before. */
  public TestCluster startAll(int nodes) {
    startServer();
    for (int i = 1; i <= nodes; i++) {
      startClient("node-" + i);
    }
    awaitActive(nodes);
    return this;
  }

  /** The built distribution: {@code cli/target/directord}, or what the build says. */
  public static Path distribution() {
    return Path.of(System.getProperty("directord.home", "target/directord")).toAbsolutePath();
  }

  /** Sets a variable for processes started from now on; null takes it away. */
  public TestCluster set(String variable, String value) {
    if (value == null) {
      environment.remove(variable);
    } else {
      environment.put(variable, value);
    }
    return this;
  }

  /**
   * Has processes started from now on through a program that becomes them, {@code setpriv} say;
   * without arguments, directly again.
   */
  public TestCluster through(String... program) {
    wrapper = List.of(program);
    return this;
  }

  public String variable(String name) {
    return environment.get(name);
  }

  public Path directory() {
    return directory;
  }

  public Path socket() {
    return directory.resolve("d.sock");
  }

  public int jobPort() {
    return jobPort;
  }

  public int contentPort() {
    return contentPort;
  }

  /** The API of the server. */
  public ServerConnection api() {
    return new ServerConnection(socket());
  }

  /** Starts the server, again if need be, and returns when it answers. */
  public TestProcess startServer(String... options) {
    List<String> words = new ArrayList<>(List.of("--state-path", state("server").toString()));
    words.add("server");
    words.addAll(Arrays.asList(options));
    server = launch("server", words);
    Awaitility.await("the server answers")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(50))
        .until(this::serverAnswers);
    return server;
  }

  /** Starts a client, again if need be; {@link #awaitActive} tells when it has joined. */
  public TestProcess startClient(String identity, String... options) {
    List<String> words = new ArrayList<>(List.of("--state-path", state(identity).toString()));
    words.addAll(List.of("--cache-path", directory.resolve(identity).resolve("cache").toString()));
    words.addAll(List.of("--identity", identity, "client"));
    words.addAll(Arrays.asList(options));
    set("DIRECTORD_MACHINE_ID", "machine-" + identity);
    set(NODE, identity);
    TestProcess client = launch(identity, words);
    clients.put(identity, client);
    return client;
  }

  public TestProcess server() {
    return server;
  }

  public TestProcess client(String identity) {
    return clients.get(identity);
  }

  /** State directory of the server (role "server") or of a node (its identity). */
  public Path state(String role) {
    return directory.resolve(role).resolve("state");
  }

  /** Returns when so many nodes are active. */
  public void awaitActive(int nodes) {
    await(nodes + " nodes are active", active -> active.size() == nodes);
  }

  /** Returns when a node is active, whatever others are. */
  public void awaitActive(String identity) {
    await(identity + " is active", active -> active.contains(identity));
  }

  private void await(String what, Predicate<Set<String>> active) {
    Awaitility.await(what)
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(50))
        .ignoreExceptionsMatching(TestCluster::isUnanswered)
        .untilAsserted(
            () -> {
              Set<String> now =
                  api().nodes().stream()
                      .filter(node -> node.state() == NodeView.State.ACTIVE)
                      .map(NodeView::identity)
                      .collect(Collectors.toSet());
              if (!active.test(now)) {
                throw new AssertionError("active are " + now + "\n" + logs());
              }
            });
  }

  /**
   * Runs a command of the CLI to its end. What it says because it takes long is not in what it
   * says.
   */
  public Ran run(String... words) {
    try {
      Path out = Files.createTempFile(directory, "out", ".txt");
      Path err = Files.createTempFile(directory, "err", ".txt");
      Process process = command(Arrays.asList(words), out.toFile(), err.toFile());
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(
            "directord "
                + String.join(" ", words)
                + " did not end; it wrote:\n"
                + Files.readString(out)
                + Files.readString(err)
                + logs());
      }
      Ran ran =
          new Ran(
              List.of(words),
              process.exitValue(),
              Files.readString(out),
              TAKES_LONG.matcher(Files.readString(err)).replaceAll(""));
      Files.delete(out);
      Files.delete(err);
      return ran;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while waiting for a command", e);
    }
  }

  /** Starts a command of the CLI and does not wait for it; its output is its log. */
  public TestProcess background(String... words) {
    return launch("command-" + UUID.randomUUID(), Arrays.asList(words));
  }

  /**
   * Starts a command of the CLI at a terminal of its own, 80 columns wide; what is typed there goes
   * to the process's standard input, what appears there is its log.
   */
  public Terminal terminal(String... words) {
    return atTerminal(command(words));
  }

  /** Likewise of any program. */
  public Terminal atTerminal(ProcessBuilder builder) {
    try {
      StringBuilder line = new StringBuilder("exec");
      builder.command().forEach(word -> line.append(' ').append(quoted(word)));
      builder.command("script", "-qec", line.toString(), "/dev/null");
      Path log = log("terminal-" + UUID.randomUUID());
      builder.environment().put("TERM", "xterm");
      builder.redirectInput(ProcessBuilder.Redirect.PIPE);
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      Process process = builder.start();
      return new Terminal(new TestProcess(process, log), process.getOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command at a terminal, and its keyboard. */
  public record Terminal(TestProcess process, OutputStream keyboard) {
    public void type(String keys) {
      try {
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** A command of the CLI, not started, for tests that need more of it than its output. */
  public ProcessBuilder command(String... words) {
    List<String> command = new ArrayList<>(SIGNALS);
    command.addAll(wrapper);
    command.add(distribution().resolve("bin/directord").toString());
    command.addAll(Arrays.asList(words));
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(DIRECTORD|XDG)_.*"));
    builder.environment().putAll(environment);
    return builder;
  }

  /** A file in the cluster's directory. */
  public Path write(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Everything that server and clients wrote, for messages of failed tests. */
  public String logs() {
    StringBuilder logs = new StringBuilder();
    if (server != null) {
      logs.append("== server\n").append(server.log());
    }
    clients.forEach(
        (name, client) -> logs.append("== ").append(name).append('\n').append(client.log()));
    return logs.toString();
  }

  @Override
  public void close() {
    List<TestProcess> all = new ArrayList<>(clients.values());
    if (server != null) {
      all.add(server);
    }
    all.forEach(process -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy));
    all.forEach(TestProcess::awaitEnd);
    // One that is killed may have started another one.
    Awaitility.await("all that was started has ended")
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofMillis(20))
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              List<ProcessHandle> left = leftBehind();
              left.forEach(ProcessHandle::destroyForcibly);
              return left.isEmpty();
            });
  }

  /** Processes that this cluster started, or that its jobs did, wherever they are now. */
  public List<ProcessHandle> leftBehind() {
    String entry = MARK + "=" + mark;
    return ProcessHandle.allProcesses()
        .filter(process -> hasInEnvironment(process, entry))
        .toList();
  }

  /** Whether a question was not answered, which may be asked again. */
  public static boolean isUnanswered(Throwable e) {
    return e instanceof IOException || e instanceof UncheckedIOException;
  }

  private boolean serverAnswers() {
    if (!server.isAlive()) {
      throw new AssertionError("the server ended; it wrote:\n" + server.log());
    }
    try {
      api().status();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private TestProcess launch(String role, List<String> words) {
    try {
      Path log = log(role);
      return new TestProcess(command(words, log.toFile(), log.toFile()), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path log(String role) throws IOException {
    return Files.createDirectories(directory.resolve("logs")).resolve(role + ".log");
  }

  private Process command(List<String> words, File out, File err) throws IOException {
    ProcessBuilder builder = command(words.toArray(String[]::new));
    builder.redirectInput(new File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(out));
    if (out.equals(err)) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(ProcessBuilder.Redirect.appendTo(err));
    }
    return builder.start();
  }

  private static boolean ignoresSignals() {
    try {
      long ignored =
          Files.readAllLines(Path.of("/proc/self/status")).stream()
              .filter(line -> line.startsWith("SigIgn:"))
              .mapToLong(line -> Long.parseUnsignedLong(line.split("\\s+")[1], 16))
              .sum();
      // Numbers 1 to 3, from the lowest bit on: HUP, INT, QUIT.
      return (ignored & 0b111) != 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private static boolean hasInEnvironment(ProcessHandle process, String entry) {
    Path file = Path.of("/proc", Long.toString(process.pid()), "environ");
    try {
      String environment = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return Stream.of(environment.split("\0")).anyMatch(entry::equals);
    } catch (IOException e) {
      // Ended meanwhile, or somebody else's.
      return false;
    }
  }

  private static Path made(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

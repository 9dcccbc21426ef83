package io.directord.original;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The original's programs, run by the system's Python beside a cluster of ours. */
final class Original {
  private static final String PYTHON = "/usr/bin/python3";
  private static final long TIMEOUT_SECONDS = 240;

  private final Path checkout;
  private final TestCluster cluster;
  private final Path standIn;

  private Original(Path checkout, TestCluster cluster) throws IOException {
    this.checkout = checkout;
    this.cluster = cluster;
    this.standIn = sshStandIn(cluster.directory());
  }

  /** The one that the environment names; skips the test if it names none. */
  static Original beside(TestCluster cluster) throws IOException {
    String directory = System.getenv("DIRECTORD_ORIGINAL");
    Assumptions.assumeTrue(
        directory != null && Files.isRegularFile(Path.of(directory, "runlocal.py")),
        "DIRECTORD_ORIGINAL names no checkout of Directord 0.12");
    return new Original(Path.of(directory), cluster);
  }

  /** Runs its command line to the end. */
  Ran run(String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(start());
    command.addAll(List.of("--socket-path", cluster.socket().toString(), "--driver", "zeromq"));
    command.addAll(Arrays.asList(words));
    return python(command);
  }

  /** Runs a program that uses its library. */
  Ran program(String text) throws Exception {
    return python(List.of("-c", text, cluster.socket().toString()));
  }

  /** Its main program, for {@link #command}. */
  String start() {
    return checkout.resolve("runlocal.py").toString();
  }

  /** A process of its, not started. */
  ProcessBuilder command(List<String> words) {
    List<String> command = new ArrayList<>(List.of(PYTHON));
    command.addAll(words);
    ProcessBuilder builder = new ProcessBuilder(command).directory(cluster.directory().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("DIRECTORD_"));
    builder.environment().put("PYTHONPATH", checkout + ":" + standIn);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder;
  }

  private Ran python(List<String> words) throws Exception {
    Path out = Files.createTempFile(cluster.directory(), "original", ".out");
    Path err = Files.createTempFile(cluster.directory(), "original", ".err");
    Process process =
        command(words).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(words + " did not end; it wrote:\n" + Files.readString(out));
    }
    return new Ran(words, process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** What its bootstrap imports, which is not packaged and not used here. */
  private static Path sshStandIn(Path directory) throws IOException {
    Path root = directory.resolve("stand-in");
    Path ssh = Files.createDirectories(root.resolve("ssh"));
    for (String module : List.of("__init__", "options", "key")) {
      Files.writeString(ssh.resolve(module + ".py"), "");
    }
    Files.writeString(ssh.resolve("session.py"), "class Session:\n    pass\n");
    return root;
  }
}

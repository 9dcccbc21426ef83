package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Outcome.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever ends a job ends all that it started: here a process of a session and parent of its own.
 */
class ProcessTreesIT {
  private static final String NODE = "node-1";

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Jobs jobs;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 1);
    jobs = new Jobs(cluster);
  }

  @Test
  void aTimeoutEndsTheWholeTree() throws IOException {
    Path pids = directory.resolve("timeout");
    Ran ran = cluster.run("exec", "--wait", "--verb", "RUN", "--timeout 5 " + tree(pids, ""));
    ran.expect(1);
    assertTrue(
        ran.err().contains("timeout: ended after 5.0 s, with everything it had started"),
        ran::toString);
    awaitTreeGone(pids);
  }

  @Test
  void aCancelEndsTheWholeTreeAlsoWhereItIgnoresTheFirstSignal() throws IOException {
    Path pids = directory.resolve("cancel");
    UUID job = jobs.submit(tree(pids, "trap '' TERM; "));
    awaitTree(pids);
    cluster.run("manage", "--cancel", job.toString()).expect(0);
    NodeOutcome outcome = jobs.awaitEnd(job).nodes().get(0);
    assertEquals(Reason.CANCELLED, outcome.reason());
    awaitTreeGone(pids);
  }

  /** It has a process group of its own: what it does to that does nothing to the client. */
  @Test
  void aCommandThatEndsItsProcessGroupEndsNothingElse() {
    long client = cluster.client(NODE).pid();
    cluster.run("exec", "--wait", "--verb", "RUN", "--skip-cache trap 'kill 0' EXIT; echo done");
    cluster.run("exec", "--wait", "--verb", "RUN", "--skip-cache true").expect(0);
    assertTrue(cluster.client(NODE).isAlive(), () -> cluster.client(NODE).log());
    assertEquals(client, cluster.client(NODE).pid());
  }

  @Test
  void interruptingAWaitAsksAndCancels() throws IOException {
    Path pids = directory.resolve("asked");
    Process terminal = onATerminal(tree(pids, ""));
    awaitTree(pids);
    awaitShown("running");
    type(terminal, "\u0003");
    awaitShown("[c]ancel");
    type(terminal, "c\n");
    awaiting("the command ends").until(() -> !terminal.isAlive());
    assertEquals(1, terminal.exitValue(), ProcessTreesIT::shown);
    awaitTreeGone(pids);
  }

  @Test
  void interruptingAWaitAsksAndLeavesTheJobs() throws IOException {
    Path pids = directory.resolve("left");
    Process terminal = onATerminal(tree(pids, ""));
    awaitTree(pids);
    awaitShown("running");
    type(terminal, "\u0003");
    awaitShown("[l]eave");
    type(terminal, "l\n");
    awaiting("the command ends").until(() -> !terminal.isAlive());
    assertEquals(130, terminal.exitValue(), ProcessTreesIT::shown);
    UUID job = jobs.view(null).summary().id();
    assertEquals(State.RUNNING, jobs.on(job, NODE).state());
    assertTrue(shown().contains("directord manage --cancel"), ProcessTreesIT::shown);
    cluster.run("manage", "--cancel", job.toString()).expect(0);
    jobs.awaitEnd(job);
    awaitTreeGone(pids);
  }

  /** A shell that waits, and a daemon that has left it in every way; both note their ids. */
  private static String tree(Path pids, String first) {
    String daemon = first + "echo \\$\\$ >> " + pids + "; while :; do sleep 1; done";
    return first
        + "(setsid sh -c \"setsid sh -c '"
        + daemon.replace("'", "'\\''")
        + "' &\" &); echo $$ >> "
        + pids
        + "; while :; do sleep 1; done";
  }

  private static List<Long> awaitTree(Path pids) throws IOException {
    awaiting("both processes run")
        .until(() -> Files.exists(pids) && Files.readAllLines(pids).size() == 2);
    return Files.readAllLines(pids).stream().map(Long::parseLong).toList();
  }

  private static void awaitTreeGone(Path pids) throws IOException {
    awaitTree(pids).forEach(pid -> Processes.awaitGone(pid, cluster));
  }

  /**
   * exec --wait as somebody sees it who sits at a terminal. Ctrl-C counts there, also where whoever
   * runs the tests ignores it.
   */
  private static Process onATerminal(String command) throws IOException {
    ProcessBuilder builder = cluster.command("exec", "--wait", "--verb", "RUN", command);
    StringBuilder line = new StringBuilder("exec env --default-signal=INT");
    builder
        .command()
        .forEach(word -> line.append(" '").append(word.replace("'", "'\\''")).append('\''));
    builder.command("script", "-qefc", line.toString(), "/dev/null");
    builder.environment().put("TERM", "xterm");
    builder.environment().put("SHELL", "/bin/sh");
    File screen = screen().toFile();
    Files.deleteIfExists(screen());
    try {
      return builder.redirectErrorStream(true).redirectOutput(screen).start();
    } catch (IOException e) {
      assumeTrue(false, "the program script is needed for a terminal: " + e.getMessage());
      throw e;
    }
  }

  private static void type(Process terminal, String text) throws IOException {
    terminal.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    terminal.getOutputStream().flush();
  }

  private static void awaitShown(String text) {
    awaiting("the terminal shows " + text)
        .untilAsserted(() -> assertTrue(shown().contains(text), ProcessTreesIT::shown));
  }

  private static String shown() {
    try {
      return Files.readString(screen());
    } catch (IOException e) {
      return "";
    }
  }

  private static Path screen() {
    return directory.resolve("screen");
  }
}

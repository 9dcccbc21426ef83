package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.cli.TestProcess;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Parents that go from node to node, and jobs for nodes that are away, with real processes. */
class RollingIT {
  private static final List<String> NODES = List.of("node-1", "node-2", "node-3", "node-4");

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, NODES.size());
  }

  /** The server is killed in some tests, and nodes come back to it by and by. */
  @BeforeEach
  void allAreThere() {
    cluster.awaitActive(NODES.size());
  }

  @Test
  void aFailingNodePausesTheRunWhichGoesOnWhenItIsResumed() throws IOException {
    Path log = Files.createFile(directory.resolve("paused"));
    String command = "echo $TEST_NODE >> " + log + "; test $TEST_NODE != node-2";
    Ran ran =
        cluster.run(
            "exec", "--wait", "--batch", "1", "--max-failures", "0", "--verb", "RUN", command);
    assertEquals(1, ran.status(), ran::toString);
    assertTrue(
        ran.err()
            .contains(
                "is paused, and has not begun on 2 nodes: 1 failed and at most 0 may (node-2)"),
        ran::toString);
    assertTrue(ran.out().matches("Job Paused: [0-9a-f-]{36}\n"), ran::toString);
    assertTrue(ran.err().contains("not-begun=2"), ran::toString);
    assertEquals(NODES.subList(0, 2), Files.readAllLines(log));

    Ran jobs = cluster.run("manage", "--list-jobs", "--output", "json").expect(0);
    assertTrue(jobs.out().contains("\"paused\" : \"1 failed"), jobs::toString);
    assertTrue(
        cluster
            .run("manage", "--job-info", "last")
            .out()
            .contains("1 failed and at most 0 may (node-2)"));

    cluster.run("manage", "--resume", "last").expect(0);
    awaiting("the others ran").until(() -> Files.readAllLines(log).equals(NODES));
  }

  @Test
  void whoWaitsWaitsForAllParentsThatGoOnAndIsToldWhichWaitForAPausedOne() throws IOException {
    Path log = Files.createFile(directory.resolve("several"));
    Path gate = directory.resolve("gate");
    Path file =
        cluster.write(
            "several.yaml",
            """
            - name: first
              rolling: {batch: 1, max_failures: 0}
              jobs:
              - RUN: --skip-cache test $TEST_NODE != node-2
            - name: behind
              jobs:
              - RUN: --skip-cache echo behind >> %1$s
            - name: beside
              async: true
              jobs:
              - RUN: --skip-cache while [ ! -e %2$s ]; do sleep 0.1; done; echo beside >> %1$s
            """
                .formatted(log, gate));
    TestProcess waiting = cluster.background("orchestrate", "--wait", file.toString());
    awaiting("it is told at once").until(() -> waiting.log().contains("parent 'first' is paused"));
    awaiting("the second ran where it could").until(() -> Files.readAllLines(log).size() == 2);
    assertTrue(waiting.isAlive(), waiting::log);
    Ran why = cluster.run("why", "last~1", "node-4").expect(0);
    assertTrue(
        why.out()
            .contains(
                ", since its run is paused: 1 failed and at most 0 may (node-2); 'directord manage"
                    + " --resume "),
        why::toString);

    Files.createFile(gate);
    assertEquals(1, Processes.awaitEnd(waiting), waiting::log);
    assertEquals(4, Files.readAllLines(log).stream().filter(line -> line.equals("beside")).count());
    assertTrue(
        waiting.log().contains("parent 'behind' waits for that, on 2 nodes: it does not overtake"),
        waiting::log);
    JsonNode jobs =
        Json.mapper().readTree(cluster.run("manage", "--list-jobs", "--output", "json").out());
    JsonNode first =
        jobs.valueStream()
            .filter(job -> job.at("/parent/name").asString("").equals("first"))
            .findFirst()
            .orElseThrow();
    assertEquals(2, first.path("not_begun").asInt(), jobs::toString);
    Ran info = cluster.run("manage", "--job-info", "last~1", "--output", "json").expect(0);
    assertTrue(info.out().contains("\"not_begun\" : \"PAUSED\""), info::toString);
    cluster.run("manage", "--cancel", "last~2").expect(0);
    cluster.run("manage", "--cancel", "last~1").expect(0);
  }

  @Test
  void aServerThatIsKilledInTheMiddleGoesOnAndNoNodeRunsTwiceOrTooSoon() throws IOException {
    Path log = Files.createFile(directory.resolve("killed"));
    String command = "echo begin >> " + log + "; sleep 1; echo end >> " + log;
    TestProcess waiting =
        cluster.background("exec", "--poll", "--batch", "1", "--verb", "RUN", command);
    awaiting("one ran").until(() -> Files.readAllLines(log).size() >= 3);
    cluster.server().kill();
    cluster.startServer();
    assertEquals(0, Processes.awaitEnd(waiting), () -> waiting.log() + cluster.logs());
    List<String> lines = Files.readAllLines(log);
    for (int i = 0; i < lines.size(); i++) {
      assertEquals(i % 2 == 0 ? "begin" : "end", lines.get(i), lines::toString);
    }
    assertEquals(2 * NODES.size(), lines.size());
  }

  @Test
  void jobsAreHeldForANodeThatJoinsForTheFirstTimeAlsoOverAKilledServer() throws IOException {
    Path log = Files.createFile(directory.resolve("held"));
    Ran refused = cluster.run("exec", "--target", "late-1", "--verb", "RUN", "true");
    assertEquals(2, refused.status(), refused::toString);
    Ran held =
        cluster
            .run(
                "exec",
                "--deadline",
                "1h",
                "--target",
                "node-1,late-1",
                "--verb",
                "RUN",
                "echo $TEST_NODE >> " + log)
            .expect(0);
    assertTrue(
        held.err().contains("for nodes that are away: late-1 (has not enrolled)"), held::toString);
    awaiting("node-1 ran").until(() -> Files.readAllLines(log).equals(List.of("node-1")));
    cluster.server().kill();
    cluster.startServer();

    TestProcess late = cluster.startClient("late-1");
    awaiting("late-1 ran").until(() -> Files.readAllLines(log).equals(List.of("node-1", "late-1")));
    late.stop();
    cluster.run("manage", "--forget-node", "late-1").expect(0);
  }

  @Test
  void aQuorumThatIsNotReachedRunsNothing() {
    Path log = directory.resolve("quorum");
    Ran ran = cluster.run("exec", "--quorum", "5", "--verb", "RUN", "echo $TEST_NODE >> " + log);
    assertEquals(1, ran.status(), ran::toString);
    String said = "4 of 4 nodes are connected, and a quorum of 5 is asked for";
    assertTrue(ran.err().contains(said), ran::toString);
    Path file = cluster.write("quorum.yaml", "- jobs:\n  - RUN: echo >> " + log + "\n");
    Ran checked =
        cluster.run("orchestrate", "--check-only", "--quorum", "5", file.toString()).expect(1);
    assertTrue(checked.err().contains(said), checked::toString);
    assertFalse(Files.exists(log));
  }

  @Test
  void cancellingOneJobOfAPausedRunTellsHowToEndTheOthers() throws IOException {
    Path file =
        cluster.write("two.yaml", "- jobs:\n  - RUN: echo oh >&2; exit 1\n  - RUN: echo two\n");
    Ran paused =
        cluster
            .run("orchestrate", "--poll", "--batch", "1", "--max-failures", "0", file.toString())
            .expect(1);
    String failed = "failed on 1 of 4 nodes:\n  node-1: exit status 1\n    oh\n";
    assertTrue(paused.err().contains(failed), paused::toString);

    Ran cancelled = cluster.run("manage", "--cancel", "last").expect(0);
    Matcher told =
        Pattern.compile(
                "1 other job of its parent remains, and it stays paused: 'directord manage --cancel"
                    + " ([0-9a-f]{8})' ends it, --resume goes on\n")
            .matcher(cancelled.err());
    assertTrue(told.matches(), cancelled::toString);
    Ran rest = cluster.run("manage", "--cancel", told.group(1)).expect(0);
    assertTrue(rest.out().matches("Job cancelled: \\S+\n"), rest::toString);
    assertEquals("", rest.err());
    cluster.run("exec", "--poll", "--verb", "RUN", "true").expect(0);
  }

  @Test
  void whatIsCancelledSaysWhereItDidNotStart() throws IOException {
    Path log = Files.createFile(directory.resolve("cancelled"));
    String command = "echo $TEST_NODE >> " + log + "; exit 1";
    cluster
        .run("exec", "--poll", "--batch", "1", "--max-failures", "0", "--verb", "RUN", command)
        .expect(1);
    Ran watched = cluster.run("watch", "last", "--output", "jsonl").expect(1);
    JsonNode summary =
        Json.mapper().readTree(watched.out().lines().reduce((one, next) -> next).orElseThrow());
    assertEquals(1, summary.path("failed").asInt(), watched::toString);
    assertEquals(3, summary.path("not_begun").asInt(), watched::toString);
    assertEquals(0, summary.path("unfinished").asInt(), watched::toString);
    assertEquals(
        "1 failed and at most 0 may (node-1)",
        summary.at("/paused/0/paused").asString(""),
        watched::toString);
    cluster.run("manage", "--cancel", "last").expect(0);
    Ran info = cluster.run("manage", "--job-info", "last", "--output", "json").expect(0);
    assertTrue(info.out().contains("NOT_STARTED"), info::toString);
    assertTrue(info.out().contains("1 failed and at most 0 may (node-1)"), info::toString);
    assertEquals(List.of("node-1"), Files.readAllLines(log));
  }
}

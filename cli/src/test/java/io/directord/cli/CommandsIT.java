package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What a user types and sees, with real processes. */
class CommandsIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 3);
  }

  /** What one test left running would make the others wait. */
  @AfterEach
  void cancelWhatRuns() throws IOException {
    for (JobSummary job : cluster.api().jobs(null)) {
      if (job.processing()) {
        cluster.api().cancel(job.id());
      }
    }
    await()
        .atMost(TIMEOUT)
        .until(() -> cluster.api().jobs(null).stream().noneMatch(JobSummary::processing));
  }

  @Test
  void nodesAreListed() {
    Ran ran = cluster.run("manage", "--list-nodes").expect(0);
    assertTrue(ran.lines().get(0).startsWith("ID "), ran::toString);
    assertTrue(ran.lines().get(2).startsWith("node-1 "), ran::toString);
    assertTrue(ran.lines().get(2).contains("  ACTIVE   "), ran::toString);
    assertTrue(ran.out().endsWith("\n\nTotal Items: 3\n"), ran::toString);
  }

  @Test
  void aJobIsReceivedWithoutWaiting() {
    Ran ran = cluster.run("exec", "--verb", "RUN", "echo", "hello").expect(0);
    assertTrue(ran.out().matches("Job received\\. Task ID: [0-9a-f-]{36}\n"), ran::toString);
  }

  @Test
  void jobsSucceedFailOrAreDegraded() {
    Ran good = cluster.run("exec", "--poll", "--verb", "RUN", "--skip-cache true").expect(0);
    assertTrue(good.out().startsWith("Job Success: "), good::toString);
    Ran bad = cluster.run("exec", "--poll", "--check", "--verb", "RUN", "ls /nonexist").expect(1);
    String id = bad.after("Job Failed: ");
    assertEquals("Job Failed: " + id + "\nFAILED JOBS\n" + id + "\n", bad.out());
    assertTrue(bad.err().contains("failed on 3 of 3 nodes"), bad::toString);
    assertTrue(bad.err().contains("/nonexist"), bad::toString);
  }

  @Test
  void anUnknownTargetIsRefusedBeforeAnythingRuns() throws IOException {
    String marker = directory.resolve("never").toString();
    int before = cluster.api().jobs(null).size();
    Ran exec =
        cluster
            .run(
                "exec",
                "--poll",
                "--target",
                "node-1",
                "node-9",
                "--verb",
                "RUN",
                "touch " + marker)
            .expect(2);
    assertEquals("", exec.out());
    assertEquals(
        "directord: --target: unknown node node-9 (did you mean node-1?);"
            + " there are: node-1, node-2, node-3 [unknown-node]\n",
        exec.err());
    Path file = cluster.write("u.yaml", "- jobs:\n  - RUN: touch " + marker + "\n");
    Ran orchestrate = cluster.run("orchestrate", file.toString(), "--target", "nope").expect(2);
    assertEquals(
        "directord: --target: unknown node nope; there are: node-1, node-2, node-3"
            + " [unknown-node]\n",
        orchestrate.err());
    cluster.write("v.yaml", "- jobs:\n  - RUN: touch " + marker + "\n    assign: [node-1, nope]\n");
    Ran assigned = cluster.run("orchestrate", "v.yaml").expect(2);
    assertTrue(assigned.err().startsWith("v.yaml:3:22: unknown node nope;"), assigned::toString);
    assertEquals(before, cluster.api().jobs(null).size());
    assertFalse(Files.exists(Path.of(marker)));
  }

  @Test
  void outputIsStreamedWhileTheCommandRuns() {
    Path marker = directory.resolve("go on");
    TestProcess command =
        cluster.background(
            "exec",
            "--stream",
            "--target",
            "node-1",
            "--verb",
            "RUN",
            "--skip-cache echo first; until [ -e '"
                + marker
                + "' ]; do sleep 0.1; done; echo second");
    await().atMost(TIMEOUT).until(() -> command.log().contains("node-1 -- STDOUT\nfirst\n"));
    assertTrue(command.isAlive());
    cluster.write("go on", "");
    assertEquals(0, command.awaitEnd());
    assertTrue(command.log().contains("first\nsecond\nJob Success: "), command::log);
  }

  @Test
  void aCancelledJobEndsEverywhereWithItsProcesses() {
    TestProcess command =
        cluster.background(
            "exec", "--wait", "--verb", "RUN", "--skip-cache sleep 4242 & sleep 4243");
    await().atMost(TIMEOUT).until(() -> running("sleep 4242") == 3 && running("sleep 4243") == 3);
    String id = cluster.run("manage", "--list-jobs", "--filter", "processing").lines().get(2);
    Ran ran = cluster.run("manage", "--cancel", id.substring(0, 36)).expect(0);
    assertTrue(ran.out().startsWith("Job cancelled: "), ran::toString);
    assertEquals(1, command.awaitEnd());
    assertTrue(command.log().contains("Job Failed: "), command::log);
    await().atMost(TIMEOUT).until(() -> running("sleep 4242") + running("sleep 4243") == 0);
  }

  @ParameterizedTest
  @CsvSource({"INT, 130", "TERM, 143"})
  void aSignalWithoutATerminalLeavesTheJobRunning(String signal, int status) {
    String marked = "interrupted-" + signal;
    Path marker = directory.resolve(marked);
    TestProcess command =
        cluster.background(
            "exec",
            "--wait",
            "--target=node-2",
            "--verb",
            "RUN",
            "--skip-cache until [ -e '" + marker + "' ]; do sleep 0.1; done; echo went on");
    await().atMost(TIMEOUT).until(() -> running("/bin/sh -c until [ -e '" + marker) > 0);
    command.signal(signal);
    assertEquals(status, command.awaitEnd());
    assertTrue(command.log().contains("directord manage --cancel "), command::log);
    cluster.write(marked, "");
    await()
        .atMost(TIMEOUT)
        .until(() -> cluster.api().job(null).nodes().get(0).stdout().contains("went on"));
  }

  @Test
  void atATerminalABarIsDrawnAndCtrlCAsksWhatToDo() {
    TestCluster.Terminal terminal =
        cluster.terminal("exec", "--wait", "--verb", "RUN", "--skip-cache sleep 4244");
    TestProcess command = terminal.process();
    await().atMost(TIMEOUT).until(() -> command.log().contains("0/3 answers"));
    await().atMost(TIMEOUT).until(() -> running("sleep 4244") == 3);
    terminal.type("\003");
    await().atMost(TIMEOUT).until(() -> command.log().contains("[w]ait on"));
    terminal.type("w\n");
    String before = command.log();
    await().atMost(TIMEOUT).until(() -> command.log().length() > before.length() + 100);
    terminal.type("\003");
    await().atMost(TIMEOUT).until(() -> command.log().lastIndexOf("[w]ait") > before.length());
    terminal.type("c\n");
    assertEquals(1, command.awaitEnd());
    assertTrue(command.log().contains("Job Failed: "), command::log);
    await().atMost(TIMEOUT).until(() -> running("sleep 4244") == 0);
  }

  @Test
  void waitingIsGivenUpInTime() {
    Ran ran =
        cluster
            .run("exec", "--wait", "--wait-timeout", "5", "--verb", "RUN", "--skip-cache sleep 30")
            .expect(4);
    assertTrue(ran.err().contains("not ended within 5 seconds; "), ran::toString);
    assertTrue(ran.err().contains("were not cancelled. [gave-up]\n  RUN "), ran::toString);
    assertTrue(ran.err().matches("(?s).* (is running|has not begun) on node-1.*"), ran::toString);

    String[] words = {
      "exec",
      "--wait",
      "--wait-timeout=1",
      "--output=json",
      "--verb",
      "RUN",
      "--skip-cache sleep 30"
    };
    JsonNode job = Json.mapper().readTree(cluster.run(words).expect(4).out()).get(0);
    assertTrue(job.get("summary").get("processing").booleanValue(), job::toString);
    assertEquals(3, job.get("nodes").size());
  }

  @Test
  void anOrchestrationIsReadFromStandardInput() throws Exception {
    Path file = cluster.write("piped.yaml", "- jobs:\n  - RUN: --skip-cache echo piped\n");
    for (String name : new String[] {"-", "/dev/stdin"}) {
      Process process =
          cluster.command("orchestrate", name, "--stream").redirectInput(file.toFile()).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(out.contains("piped"), out);
      assertEquals(0, process.waitFor());
    }
  }

  @Test
  void anOrchestrationWithoutAJobIsAnError() {
    String file = cluster.write("none.yaml", "- name: to be filled\n  jobs: []\n").toString();
    for (String how : new String[] {"--poll", "--wait", "--ignore-cache", "--output=json"}) {
      Ran ran = cluster.run("orchestrate", file, how).expect(2);
      assertEquals("", ran.out());
      assertEquals(
          "directord: nothing to run: there are no jobs in what was given [invalid-jobs]\n",
          ran.err());
    }
  }

  @Test
  void aRestartOfTheServerDoesNotLoseTheWait() {
    Path marker = directory.resolve("restarted");
    TestProcess command =
        cluster.background(
            "exec",
            "--wait",
            "--target=node-3",
            "--verb",
            "RUN",
            "--skip-cache until [ -e '" + marker + "' ]; do sleep 0.1; done");
    await().atMost(TIMEOUT).until(() -> running("/bin/sh -c until [ -e '" + marker) > 0);
    cluster.server().kill();
    await().atMost(TIMEOUT).until(() -> command.log().contains("Reconnecting: the server has"));
    cluster.startServer();
    cluster.write("restarted", "");
    assertEquals(0, command.awaitEnd());
    assertTrue(command.log().contains("Connected to the server again."), command::log);
    assertTrue(command.log().contains("Job Success: "), command::log);
    cluster.awaitActive(3);
  }

  @Test
  void anOrchestrationRunsAndOnlyWhatIsAskedFor() {
    Path file = cluster.write("o1.yaml", orchestration());
    Ran table = cluster.run("orchestrate", "--finger-print", file.toString()).expect(0);
    assertTrue(table.lines().get(0).matches("count +parent +verb +exec +job"), table::toString);
    assertEquals(5, table.lines().size());
    String fingerprint = table.lines().get(3).replaceAll(".* ", "");
    Ran one =
        cluster.run("orchestrate", file.toString(), "--poll", "--restrict", fingerprint).expect(0);
    assertEquals(1, one.lines().size());
    Ran all = cluster.run("orchestrate", file.toString(), "--poll", "--ignore-cache").expect(0);
    assertEquals(3, all.lines().size());
  }

  @Test
  void everyErrorOfAFileIsToldWithItsPlace() {
    Path file = cluster.write("bad.yaml", "- jobs:\n  - RUNN: echo\n  - RUN: --retry x echo\n");
    Ran ran = cluster.run("orchestrate", file.toString()).expect(2);
    assertEquals("", ran.out());
    assertTrue(ran.err().contains(file + ":2:5: "), ran::toString);
    assertTrue(ran.err().contains(file + ":3:5: "), ran::toString);
  }

  @Test
  void outputMayBeJsonOrYaml() {
    JsonNode nodes =
        Json.mapper().readTree(cluster.run("manage", "--list-nodes", "--output", "json").out());
    assertEquals("node-1", nodes.get(0).get("identity").stringValue());
    Ran run =
        cluster.run("exec", "--wait", "--output", "json", "--verb", "RUN", "--skip-cache echo hi");
    JsonNode jobs = Json.mapper().readTree(run.expect(0).out());
    assertEquals(3, jobs.get(0).get("nodes").size());
    Ran yaml = cluster.run("manage", "--list-nodes", "--output", "yaml").expect(0);
    assertTrue(yaml.out().startsWith("- identity: node-1\n"), yaml::toString);
  }

  @Test
  void aPortInUseIsSaidInALine() {
    TestCluster second = new TestCluster(directory.resolve("second"));
    second.set("DIRECTORD_JOB_PORT", Integer.toString(cluster.jobPort()));
    Ran ran = second.run("server").expect(1);
    assertTrue(ran.err().contains(Integer.toString(cluster.jobPort())), ran::toString);
    assertFalse(ran.err().contains("\tat "), ran::toString);
  }

  @Test
  void textsAndPathsAreUtf8WhateverTheLocale() {
    cluster.set("LC_ALL", "C");
    Path file = cluster.write("grüße 世界.yaml", "- jobs:\n  - ECHO: grüße 世界\n");
    Ran ran = cluster.run("orchestrate", file.toString(), "--stream", "--ignore-cache").expect(0);
    cluster.set("LC_ALL", null);
    assertTrue(ran.out().contains("node-1 -- STDOUT\ngrüße 世界\n"), ran::toString);
  }

  private static String orchestration() {
    return """
        - name: First parent
          jobs:
          - RUN: echo one
          - RUN: echo two
        - async: true
          jobs:
          - RUN: echo three
        """;
  }

  /** How many processes of the cluster's jobs have a command line that begins so. */
  private static long running(String command) {
    return cluster.leftBehind().stream()
        .filter(process -> commandLine(process).startsWith(command))
        .count();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
          .replace('\0', ' ');
    } catch (IOException e) {
      // Ended meanwhile.
      return "";
    }
  }
}

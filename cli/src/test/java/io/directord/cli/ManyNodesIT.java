package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Reruns;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What an operator reads of several nodes, asks about them, and runs again, with real processes.
 */
class ManyNodesIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 3);
  }

  @Test
  void outputIsGroupedFilteredPutIntoFilesAndGivenAsLines() throws IOException {
    String command = "--skip-cache [ $TEST_NODE = node-2 ] && exit 3; seq 3";
    Ran folded = cluster.run("exec", "--wait", "--fold", "--verb", "RUN", command).expect(1);
    assertTrue(
        folded
            .out()
            .matches(
                "(?s)node-1,node-3 \\(2 nodes\\): ok\n    1\n    2\n    3\n"
                    + "node-2 \\(1 node\\): ERROR: exit status 3.*"),
        folded::toString);

    Ran part = cluster.run("manage", "--job-info", "last", "--node", "node-1", "--tail", "2");
    assertTrue(part.expect(0).out().endsWith("-- STDOUT, lines 2 to 3 of 3\n2\n3\n"), part::out);
    Ran none = cluster.run("manage", "--job-info", "last", "--node", "node-9").expect(2);
    assertTrue(none.err().contains("is not for node node-9 (did you mean node-1?)"), none::err);
    JsonNode job =
        Json.read(
            cluster.run("manage", "--job-info", "last", "--output", "json").expect(0).out(),
            JsonNode.class);
    assertEquals("1\n2\n3\n", job.path("nodes").get(0).path("stdout").asString());

    Ran senders =
        cluster.run("exec", "--poll", "--senders", "--show", "ok", "--verb", "RUN", command);
    assertEquals("node-1\nnode-3\n", senders.expect(1).out());

    Ran lines = cluster.run("exec", "--poll", "--output", "jsonl", "--verb", "RUN", command);
    List<JsonNode> read =
        lines.expect(1).lines().stream().map(line -> Json.read(line, JsonNode.class)).toList();
    assertEquals(4, read.size(), lines::toString);
    assertEquals("summary", read.get(3).path("type").asString());
    assertEquals(2, read.get(3).path("ok").asInt());

    Path to = directory.resolve("output");
    cluster
        .run("exec", "--poll", "--output-dir", to.toString(), "--verb", "RUN", command)
        .expect(1);
    assertEquals("1\n2\n3\n", Files.readString(to.resolve("node-3/1-run.stdout")));
    Ran again =
        cluster.run("exec", "--poll", "--output-dir", to.toString(), "--verb", "RUN", command);
    assertTrue(again.expect(2).err().contains("is not empty"), again::toString);

    Ran failed =
        cluster.run("exec", "--stream", "--show", "failed", "--verb", "RUN", command + "; echo x");
    assertTrue(!failed.expect(1).out().contains("STDOUT"), failed::toString);
  }

  @Test
  void whatFailedRunsAgainWithTheContentOfThenAndWithoutWhatSucceeded() throws IOException {
    Path source = cluster.write("app.conf", "then\n");
    Path gate = directory.resolve("gate");
    Path count = directory.resolve("count");
    Path file =
        cluster.write(
            "rerun.yaml",
            """
            - jobs:
              - RUN: --skip-cache echo $TEST_NODE >> %s
                name: count
              - RUN: --skip-cache [ $TEST_NODE != node-2 ] || [ -e %s ]
                name: gate
              - COPY: %s %s.$TEST_NODE
                name: copy
              - RUN: --skip-cache cat %s
                name: last
            """
                .formatted(
                    count, gate, source, directory.resolve("copied"), directory.resolve("none"))
                .replace("$TEST_NODE\n", "copy\n"));
    Ran first = cluster.run("orchestrate", "--poll", file.toString()).expect(1);
    Files.writeString(source, "changed\n");
    Files.createFile(gate);
    Files.delete(directory.resolve("copied.copy"));

    Ran check = cluster.run("rerun", "--failed", "--check-only").expect(0);
    assertTrue(
        check.err().contains("would run again: 3 jobs on 3 of 3 nodes: node-[1:3]"),
        () -> first + "\n" + check);
    assertTrue(check.out().contains("RUN 'gate'  on node-2\n"), check::toString);

    Files.writeString(directory.resolve("none"), "there\n");
    Ran rerun = cluster.run("rerun", "--failed", "--poll").expect(0);
    assertTrue(rerun.err().contains("running again: 3 jobs on 3 of 3 nodes"), rerun::toString);
    assertEquals(3, Files.readAllLines(count).size(), "what succeeded does not run again");
    assertEquals("then\n", Files.readString(directory.resolve("copied.copy")));
    Ran nothing = cluster.run("rerun", "--failed", "--lost").expect(1);
    assertTrue(
        nothing.err().contains("nothing to run again for failed, lost, of 3 nodes"),
        nothing::toString);
    Ran twice = cluster.run("rerun", "--failed", parentOf("gate")).expect(1);
    assertTrue(twice.err().contains("node-[1:3]: done meanwhile by rerun "), twice::toString);

    String why = cluster.run("why", parentOf("gate")).expect(0).out();
    for (String job : List.of("RUN 'count', has ended\n", "RUN 'gate', has ended\n")) {
      assertTrue(why.contains(job), why);
    }
  }

  @Test
  void aRequestToRunAgainThatIsSentAgainEntersTheJobsOnce() throws IOException {
    Path file =
        cluster.write("never.yaml", "- jobs:\n  - RUN: --skip-cache false\n    name: never\n");
    cluster.run("orchestrate", "--wait", file.toString()).expect(1);
    var wanted =
        new Reruns.Request(Set.of(Reruns.Which.FAILED), true, UUID.randomUUID(), false, List.of());
    String parent = parentOf("never");
    assertEquals(
        cluster.api().rerun(parent, wanted).jobs(), cluster.api().rerun(parent, wanted).jobs());
  }

  /** Of the job that was submitted first under that name. */
  private static String parentOf(String name) throws IOException {
    return cluster.api().jobs(null).stream()
        .filter(job -> name.equals(job.name()))
        .min(Comparator.comparing(job -> job.origin().submittedAt()))
        .orElseThrow()
        .parent()
        .id()
        .toString();
  }

  @Test
  void whyAJobWaitsIsSaidByTheNodeThatHasIt() {
    TestProcess running =
        cluster.background(
            "exec", "--poll", "--target", "node-1", "--verb", "RUN", "--skip-cache sleep 600");
    await().atMost(TIMEOUT).until(() -> cluster.run("why", "last").out().contains("sleep 600"));
    cluster.run("exec", "--target", "node-1", "--verb", "RUN", "--skip-cache echo behind");
    await()
        .atMost(TIMEOUT)
        .until(
            () ->
                cluster
                    .run("why", "last", "node-1")
                    .out()
                    .matches(
                        "(?s).* RUN echo behind, has not ended on 1 of 1 node\n"
                            + "node-1: waits behind job [0-9a-f]{8} \\(RUN sleep 600\\), which has"
                            + " been running for [^\n]+\n"));
    cluster.run("manage", "--cancel", "last~1").expect(0);
    running.awaitEnd();
    await()
        .atMost(TIMEOUT)
        .until(() -> cluster.run("why", "last").out().contains("node-1: has succeeded\n"));
    assertTrue(cluster.run("why", "last~1").out().contains("node-1: has failed: CANCELLED"));
  }
}

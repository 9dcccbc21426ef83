package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an operator is told of work that was not done everywhere, with real processes. */
class ToldIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 3);
  }

  @Test
  void whatWasSkippedIsToldWithWhereAndSinceWhen() {
    Ran first = cluster.run("exec", "--poll", "--verb", "RUN", "echo once").expect(0);
    assertEquals(
        "node-1  ok=1  failed=0\nnode-2  ok=1  failed=0\nnode-3  ok=1  failed=0\n",
        first.err().replaceFirst("3 nodes.*\n", ""));

    Ran second = cluster.run("exec", "--stream", "--verb", "RUN", "echo once").expect(0);
    assertFalse(second.out().contains("once"), second::toString);
    assertTrue(
        second
            .err()
            .matches(
                "(?s)RUN echo once: skipped on node-1, node-2, node-3: done at .*"
                    + " \\(--ignore-cache runs it\\)\n.*"),
        second::toString);
    assertTrue(second.err().contains("1 job: ok=0  skipped=3  failed=0  in "), second::toString);

    Ran third =
        cluster.run("exec", "--stream", "--ignore-cache", "--verb", "RUN", "echo once").expect(0);
    assertTrue(third.out().contains("once"), third::toString);
    assertFalse(third.err().contains("skipped"), third::toString);
  }

  @Test
  void whoIsAwaitedAndThenLeftOutIsNamed() throws IOException {
    Path gate = directory.resolve("gate");
    TestProcess command =
        cluster.background(
            "exec",
            "--wait",
            "--verb",
            "RUN",
            "--skip-cache until [ -e " + gate + " ]; do sleep 0.1; done");
    await().atMost(TIMEOUT).until(() -> outstanding("node-3") > 0);
    cluster.client("node-3").kill();
    cluster.write("gate", "");
    await()
        .atMost(TIMEOUT)
        .until(() -> command.log().contains("node-3 is not connected any more; its jobs wait"));
    await().atMost(TIMEOUT).until(() -> command.log().contains("waiting for node-3 (not conn"));
    assertEquals(1, command.awaitEnd());
    assertTrue(command.log().contains("node-3  ok=0  failed=0  lost=1\n"), command::log);

    String[] words = {"exec", "--poll", "--verb", "RUN", "--skip-cache true"};
    Ran told = cluster.run(words).expect(0);
    assertTrue(told.err().startsWith("left out, since expired: node-3\n"), told::toString);
    assertTrue(told.err().contains("\nleft out, since expired: node-3\n2 nodes, "), told::toString);
    Ran strict =
        cluster.run("exec", "--strict", "--wait", "--verb", "RUN", "--skip-cache true").expect(1);
    assertTrue(strict.err().contains("--strict: not every node was reached"), strict::toString);
    cluster.run("exec", "--strict", "--verb", "RUN", "true").expect(1);
    String file = cluster.write("check.yaml", "- jobs:\n  - RUN: uname\n").toString();
    cluster.run("orchestrate", "--check-only", file).expect(0);
    cluster.run("orchestrate", "--check-only", "--strict", file).expect(1);
    Ran json =
        cluster
            .run("exec", "--wait", "--output=json", "--verb", "RUN", "--skip-cache true")
            .expect(0);
    JsonNode job = Json.mapper().readTree(json.out()).get(0);
    assertEquals("[\"node-3\"]", job.get("left_out").toString());
    assertEquals(1, job.get("summary").get("left_out").intValue());
    assertEquals("left out, since expired: node-3\n", json.err());

    cluster.startClient("node-3");
    cluster.awaitActive(3);
  }

  @Test
  void whatWasCutTriedAgainOrChangedIsToldEverywhereAndCutIsNotStrict() throws IOException {
    Path tries = directory.resolve("tries");
    Path file =
        cluster.write(
            "beside.yaml",
            "- targets: [node-1]\n  jobs:\n  - RUN: seq 1 300000\n  - RUN: --retry 3 echo >> "
                + tries
                + "; test $(wc -l < "
                + tries
                + ") = 2\n  - WORKDIR: "
                + directory.resolve("made")
                + "\n");

    Ran ran = cluster.run("orchestrate", file.toString(), "--poll", "--strict").expect(1);

    assertTrue(ran.err().contains(" RUN seq 1 300000: output was cut to 1 MiB on node-1"));
    assertTrue(ran.err().contains(": tried more than once on node-1"), ran::toString);
    assertTrue(
        ran.err().contains("node-1  ok=3  changed=1  failed=0  retried=1  cut=1\n"), ran::toString);
    assertTrue(ran.err().contains("--strict: output was cut, see above"), ran::toString);
    String jobs = cluster.run("manage", "--list-jobs", "--output", "json").expect(0).out();
    JsonNode all = Json.mapper().readTree(jobs);
    assertEquals(1, all.get(all.size() - 3).get("cut").intValue());
    assertEquals(1, all.get(all.size() - 2).get("retried").intValue());
    assertEquals(1, all.get(all.size() - 1).get("changed").intValue());
    Ran info = cluster.run("manage", "--job-info", "last~1", "--output", "json").expect(0);
    JsonNode node = Json.mapper().readTree(info.out()).get("nodes").get(0);
    assertEquals(2, node.get("attempts").intValue());
    assertFalse(node.get("cut").booleanValue());
    assertTrue(node.get("changed").isNull());
    Ran again = cluster.run("orchestrate", file.toString(), "--poll", "--strict").expect(0);
    assertTrue(again.err().contains("node-1  ok=0  "), again::toString);
  }

  @Test
  void matchesOfASourceThatAreNotFilesAreToldTwiceAndAreNotStrict() {
    cluster.write("tree/a", "a");
    cluster.write("tree/sub/b", "b");
    cluster.write("to/there", "");
    String copy = "--skip-cache tree/* " + directory.resolve("to") + "/";
    Ran ran = cluster.run("exec", "--poll", "--strict", "--verb", "COPY", copy).expect(1);
    assertTrue(ran.err().contains("tree/* leaves out what is not a file: "), ran::toString);
    String said = "not delivered, since they are not files: " + directory.resolve("tree/sub");
    String why = "--strict: not all that a source matches was delivered, see";
    assertTrue(ran.err().contains(said), ran::toString);
    assertTrue(ran.err().contains(why), ran::toString);
    Ran watched = cluster.run("watch", "last", "--strict").expect(1);
    assertTrue(watched.err().contains(said), watched::toString);
    assertTrue(watched.err().contains(why), watched::toString);

    Ran json = cluster.run("exec", "--wait", "--output=json", "--verb", "COPY", copy).expect(0);
    JsonNode job = Json.mapper().readTree(json.out()).get(0);
    assertTrue(job.get("definition").get("undelivered").get(0).asString().endsWith("/tree/sub"));
    assertEquals(1, job.get("summary").get("undelivered").intValue());
    assertTrue(cluster.run("manage", "--job-info", "last").expect(0).out().contains("tree/sub"));
    String list = cluster.run("manage", "--list-jobs", "--output=json").expect(0).out();
    assertTrue(list.contains("\"undelivered\" : 1"), list);
  }

  private static int outstanding(String node) throws IOException {
    return cluster.api().nodes().stream()
        .filter(one -> one.identity().equals(node))
        .mapToInt(NodeView::outstanding)
        .sum();
  }
}

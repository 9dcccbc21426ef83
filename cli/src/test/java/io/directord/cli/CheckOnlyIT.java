package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code orchestrate --check-only} beside a server and two nodes. */
class CheckOnlyIT {
  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    // So that a node that has gone does not expire while it is looked at.
    cluster = new TestCluster(directory).set("DIRECTORD_HEARTBEAT_INTERVAL", "60").startAll(2);
  }

  @AfterEach
  void nothingWasEverRun() {
    cluster.run("manage", "--list-jobs").expect(1);
  }

  @Test
  void whatCanRunIsSaidSo() {
    cluster.write("files/motd", "hello\n");
    Path file =
        cluster.write(
            "good.yaml",
            "- jobs:\n  - RUN: echo one\n  - COPY: files/motd /tmp/motd\n"
                + "- targets: [node-1]\n  jobs:\n  - ECHO: hi\n");
    Ran ran = check(file).expect(0);
    assertEquals(
        "3 jobs of 2 parents can run on 2 nodes; nothing was run\n"
            + "every node: 2 nodes: node-1, node-2\n",
        ran.out());
    Ran one = check(file, "--target", "node-2").expect(0);
    assertEquals("3 jobs of 2 parents can run on 1 node; nothing was run\n", one.out());
  }

  @Test
  void templatesThatCannotBeReadAreTold() {
    cluster.write("files/blueprint", "{% for x in y %}\n{{ x }}\n");
    Path file =
        cluster.write(
            "templates.yaml",
            """
            - jobs:
              - RUN: echo {{ known | length }}
              - RUN: echo {% if %}
              - ARG: list ['{{ a +', 'b']
              - COPY: --blueprint files/blueprint /tmp/b
              - COPY: files/blueprint /tmp/plain
              - QUEUESENTINEL: because {{ of
            """);
    Ran ran = check(file).expect(2);
    List<String> lines = ran.err().lines().toList();
    assertEquals(3, lines.size(), ran::toString);
    assertTrue(lines.get(0).startsWith(file + ":3:5: RUN: the template cannot be read: "));
    assertTrue(lines.get(1).startsWith(file + ":4:5: ARG: the template cannot be read: "));
    assertTrue(lines.get(2).startsWith(file + ":5:5: COPY: "), lines.get(2));
    assertTrue(lines.get(2).contains("files/blueprint: the template cannot be read"));
  }

  @Test
  void allErrorsOfAllFilesAreToldTogetherThoseOfTheServerToo() {
    Path first =
        cluster.write(
            "a.yaml",
            """
            - targets: [node-1, nod-2]
              jobs:
              - RUN: echo one
              - RUNN: echo two
              - COPY: files/missing /tmp/x
            """);
    Path second =
        cluster.write(
            "b.yaml",
            """
            - jobs:
              - RUN: --retry many echo
              - ECHO: hi
                assign: [node-9]
                vars: {timeout: soon}  # an error does not hide the other, of the target
              - ECHO: hi
                assign: [node-8]
              asinc: true
            """);
    Ran ran = check(first, second.toString()).expect(2);
    assertEquals("", ran.out());
    List<String> places = ran.err().lines().map(line -> line.replaceFirst(": .*", "")).toList();
    assertEquals(
        List.of(
            first + ":1:21",
            first + ":4:5",
            first + ":5:5",
            second + ":2:5",
            second + ":4:14",
            second + ":5:12",
            second + ":7:14",
            second + ":8:3"),
        places,
        ran::toString);
    assertTrue(
        ran.err().contains("nod-2 (did you mean node-2?); there are: node-1, node-2"),
        ran::toString);
    assertTrue(ran.err().contains("node-9 (did you mean node-1?); there are"), ran::toString);
    assertTrue(ran.err().contains("node-8 (did you mean node-1?); there are"), ran::toString);
  }

  @Test
  void aMachineReadsItAsJson() {
    Path file = cluster.write("c.yaml", "- jobs:\n  - RUN: echo\n    assign: [nope]\n");
    JsonNode result = Json.mapper().readTree(check(file, "--output", "json").expect(2).out());
    assertEquals(1, result.get("jobs").intValue());
    assertEquals(0, result.get("obstacles").size());
    JsonNode error = result.get("errors").get(0);
    assertEquals(file.toString(), error.get("file").stringValue());
    assertEquals(3, error.get("line").intValue());
    assertEquals(14, error.get("column").intValue());
    assertEquals("unknown-node", error.get("code").stringValue());
  }

  @Test
  void endsAsTheRunWould() {
    Path file = cluster.write("g.yaml", "- jobs:\n  - RUN: echo\n    assign: [node-1, nope]\n");
    Ran unknown = check(file).expect(cluster.run("orchestrate", file.toString()).status());
    assertTrue(unknown.err().startsWith(file + ":3:22: unknown node nope"), unknown::toString);
    assertEquals(2, unknown.status());
    Path none = cluster.write("n.yaml", "- jobs:\n  - RUN: echo\n    assign: ['db-*']\n");
    Ran empty = check(none).expect(cluster.run("orchestrate", none.toString()).status());
    assertEquals(1, empty.status(), empty::toString);
  }

  @Test
  void aRunRefusesErrorsInTheSameWords() {
    Path file = cluster.write("h.yaml", "- jobs:\n  - RUNN: x\n  - RUN: --retry x y\n");
    String checked = check(file).expect(2).err();
    assertEquals(checked, cluster.run("orchestrate", file.toString()).expect(2).err());
    assertTrue(checked.startsWith(file + ":2:5: unknown verb RUNN"), checked);
    List<String> ends = checked.lines().map(line -> line.replaceFirst(".* (?=\\[)", "")).toList();
    assertEquals(List.of("[unknown-verb]", "[invalid-jobs]"), ends, checked);
  }

  @Test
  void aNodeThatIsAwayIsNamed() {
    cluster.client("node-2").kill();
    await().until(() -> cluster.api().nodes().get(1).state() == NodeView.State.AWAY);
    Path file = cluster.write("d.yaml", "- jobs:\n  - RUN: echo\n");
    Ran ran = check(file).expect(0);
    cluster.startClient("node-2");
    cluster.awaitActive(2);
    assertTrue(
        ran.out().contains("not connected now, so that their jobs would wait: node-2\n"),
        ran::toString);
  }

  @Test
  void withoutAServerTheFilesOwnErrorsAreToldAllTheSame() {
    Path good = cluster.write("e.yaml", "- jobs:\n  - RUN: echo\n");
    Path bad = cluster.write("f.yaml", "- jobs:\n  - RUNN: echo\n");
    String nowhere = directory.resolve("none.sock").toString();
    cluster.run("--socket-path", nowhere, "orchestrate", "--check-only", good.toString()).expect(3);
    Ran ran =
        cluster
            .run("--socket-path", nowhere, "orchestrate", "--check-only", bad.toString())
            .expect(2);
    assertTrue(ran.err().startsWith(bad + ":2:5: "), ran::toString);
    assertTrue(ran.err().contains("\n(The server could not be reached: "), ran::toString);
  }

  private static Ran check(Path file, String... more) {
    List<String> words = new ArrayList<>(List.of("orchestrate", "--check-only"));
    words.add(file.toString());
    words.addAll(List.of(more));
    return cluster.run(words.toArray(String[]::new));
  }
}

package io.directord.original;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The original's command line and library, against our server and our nodes. */
class TheirCommandLineIT {
  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static Original original;

  @BeforeAll
  static void start() throws Exception {
    cluster = new TestCluster(directory);
    original = Original.beside(cluster);
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.startClient("node-2");
    cluster.awaitActive(2);
  }

  @Test
  void nodesAreListedAndExported() throws Exception {
    Ran ran = original.run("manage", "--list-nodes").expect(0);
    assertTrue(ran.lines().get(2).startsWith("node-1 "), ran::toString);
    assertTrue(ran.out().contains("Total Items: 2\nTotal EXPIRY: "), ran::toString);
    original.run("manage", "--export-nodes", "nodes.yaml").expect(0);
    String exported = Files.readString(directory.resolve("nodes.yaml"));
    assertTrue(exported.contains("machine_id: machine-node-2\n"), exported);
  }

  @Test
  void aCommandIsPolled() throws Exception {
    Ran ran = original.run("exec", "--poll", "--verb", "RUN", "--", "--skip-cache true").expect(0);
    String id = ran.after("Job Success: ");
    Ran info = original.run("manage", "--job-info", id).expect(0);
    assertTrue(info.out().matches("(?s).*SUCCESS +node-1\n +node-2\n.*"), info::toString);
    assertTrue(info.out().contains("Total Items: 18\n"), info::toString);
    Ran listed = original.run("manage", "--list-jobs").expect(0);
    assertTrue(listed.out().contains("\n" + id + "  " + id + "  RUN "), listed::toString);
  }

  @Test
  void aFailureIsSeenWithItsOutput() throws Exception {
    Ran ran =
        original.run(
            "exec", "--stream", "--check", "--verb", "RUN", "echo out; echo err >&2; exit 3");
    assertTrue(
        ran.out()
            .startsWith(
                "node-1 -- STDOUT\nout\nnode-1 -- STDERR\nerr\n"
                    + "node-2 -- STDOUT\nout\nnode-2 -- STDERR\nerr\nJob Degrated: "),
        ran::toString);
    assertTrue(ran.out().contains("FAILED JOBS\n"), ran::toString);
    ran.expect(1);
  }

  @Test
  void whatTheServerRefusesFailsAndSaysWhy() throws Exception {
    Ran refused = original.run("exec", "--verb", "QUEUESENTINEL_", "x");
    assertTrue(refused.status() != 0, refused::toString);
    Ran copied = original.run("exec", "--stream", "--verb", "RUN", "--target", "nope", "--", "x");
    assertTrue(copied.out().contains("unknown node nope"), copied::toString);
    copied.expect(1);
  }

  @Test
  void anOrchestrationRunsWithItsFilesAndArguments() throws Exception {
    byte[] binary = new byte[3_000_000];
    new Random(1).nextBytes(binary);
    Files.write(directory.resolve("binary"), binary);
    cluster.write("template", "{{ who }} is {{ key }}\n");
    cluster.write(
        "o.yaml",
        """
        - name: with files
          targets: [node-1]
          jobs:
          - RUN: --stdout-arg who echo somebody
          - ARG: key value
          - ENV: TALE told
          - WORKDIR: %1$s/there/deep
          - COPY: --chmod=0640 %1$s/binary %1$s/there/
          - ADD: --blueprint %1$s/template "%1$s/there/{{ key }}"
          - RUN: echo $TALE {{ who }}
        - targets: [node-2]
          jobs:
          - RUN: echo two
          - RUN: ls /nonexistent
          - RUN: echo not reached
        """
            .formatted(directory));
    Ran ran = original.run("orchestrate", "o.yaml", "--poll").expect(1);
    assertEquals(8, ran.out().split("Job Success", -1).length - 1, ran::toString);
    assertEquals(2, ran.out().split("Job Degrated", -1).length - 1, ran::toString);
    assertArrayEquals(binary, Files.readAllBytes(directory.resolve("there/binary")));
    assertEquals("somebody is value\n", Files.readString(directory.resolve("there/value")));
    Ran all = original.run("manage", "--analyze-all").expect(0);
    assertTrue(all.out().contains("TOTAL_NODE_COUNT          2"), all::toString);
  }

  @Test
  void onlyTheJobsOfRestrictRun() throws Exception {
    cluster.write(
        "r.yaml", "- jobs:\n  - RUN: touch one\n  - RUN: touch %s/two\n".formatted(directory));
    String table = original.run("orchestrate", "--finger-print", "r.yaml").expect(0).out();
    String second = table.lines().toList().get(3).replaceAll(".* ", "");
    Ran ran = original.run("orchestrate", "r.yaml", "--poll", "--restrict", second).expect(0);
    assertEquals(2, ran.out().split("Job Success", -1).length - 1, ran::toString);
    assertTrue(Files.exists(directory.resolve("two")));
  }

  /** Planned by its own component, which it would first copy into the nodes' /etc. */
  @Test
  void itsEchoIsOurs() throws Exception {
    Ran ran =
        original
            .program(
                """
                import directord, importlib.util, json, os, sys
                def beside(component, job_id=None):
                    directory = os.path.join(os.path.dirname(directord.__file__), "..", "components")
                    spec = importlib.util.spec_from_file_location(
                        component, os.path.join(directory, component + ".py"))
                    module = importlib.util.module_from_spec(spec)
                    spec.loader.exec_module(module)
                    return True, None, module.Component()
                directord.component_import = beside
                with directord.DirectordConnect(socket_path=sys.argv[1], driver="zeromq") as d:
                    ids = d.orchestrate(
                        orchestrations=[{"jobs": [{"ECHO": "hello there"}]}],
                        defined_targets=["node-1"],
                    )
                    print(json.dumps([d.poll(job_id=ids[0])[0], d.list_jobs()[ids[0]]["STDOUT"]]))
                """)
            .expect(0);
    assertEquals("[true, {\"node-1\": \"hello there\"}]\n", ran.out());
  }

  @Test
  void theLibraryOrchestratesPollsAndLists() throws Exception {
    Ran ran =
        original
            .program(
                """
                import directord, json, sys
                with directord.DirectordConnect(socket_path=sys.argv[1], driver="zeromq") as d:
                    ids = d.orchestrate(
                        orchestrations=[{"jobs": [{"RUN": "echo library"}, {"RUN": "exit 1"}]}],
                        defined_targets=["node-1"],
                    )
                    print(json.dumps({
                        "nodes": d.list_nodes(),
                        "polled": [d.poll(job_id=i)[0] for i in ids],
                        "stdout": d.list_jobs()[ids[0]]["STDOUT"],
                    }))
                """)
            .expect(0);
    JsonNode said = Json.mapper().readTree(ran.out());
    assertEquals("[\"node-1\",\"node-2\"]", said.get("nodes").toString());
    assertEquals("[true,false]", said.get("polled").toString());
    assertEquals("{\"node-1\":\"library\"}", said.get("stdout").toString());
  }
}

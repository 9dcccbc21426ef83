package io.directord.verbs;

import static io.directord.verbs.Verb.exec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import io.directord.common.json.Json;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** POD and CONTAINER_IMAGE against podman's own API. */
class PodmanIT {
  @TempDir static Path directory;
  private static PodmanService podman;
  private static TestCluster cluster;

  @BeforeAll
  static void start() throws Exception {
    podman = PodmanService.start(directory.resolve("podman"));
    cluster = TestCluster.start(directory.resolve("c"), 1);
  }

  @AfterAll
  static void stop() throws Exception {
    if (cluster != null) {
      cluster.close();
    }
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void imagesAreListedTaggedPushedPulledAndInspected() throws Exception {
    try (FakeRegistry registry = new FakeRegistry()) {
      String name = registry.name() + "/test:v2";
      image("--list").expect(0);
      image("--tag " + PodmanService.IMAGE + " " + name).expect(0);
      image("--no-tlsverify --push " + name).expect(0);
      podman.podman("rmi", name).start().waitFor();
      image("--skip-cache --inspect " + name).expect(1);
      image("--no-tlsverify --pull " + name).expect(0);

      JsonNode inspected = json(image("--skip-cache --inspect " + name).expect(0));
      assertTrue(inspected.path("RepoTags").toString().contains(name), inspected::toString);
      JsonNode both = json(image("--inspect " + name + " " + PodmanService.IMAGE).expect(0));
      assertEquals(2, both.size());

      Ran missing = image("--no-tlsverify --pull " + registry.name() + "/nothing:1").expect(1);
      assertTrue(missing.err().contains("/nothing:1: "), missing.toString());
    }
  }

  @Test
  void podsArePlayedInspectedStoppedStartedKilledAndRemoved() throws Exception {
    play("directord-life");
    assertEquals("Running", state("directord-life"));
    pod("--stop directord-life").expect(0);
    assertEquals("Exited", state("directord-life"));
    pod("--skip-cache --stop directord-life").expect(0);
    pod("--start directord-life").expect(0);
    assertEquals("Running", state("directord-life"));
    pod("--kill directord-life --kill-signal KILL").expect(0);
    pod("--rm directord-life --force").expect(0);
    Ran gone = pod("--skip-cache --inspect directord-life").expect(1);
    assertTrue(gone.err().contains("no such pod"), gone.toString());
  }

  @Test
  void aCommandRunsInAContainerAndItsExitStatusDecides() throws Exception {
    play("directord-exec");
    String run = "--skip-cache --exec-run directord-exec-main --env A=1,B=2 ";
    Ran good = pod(run + "--command /bin/sh -c 'echo $A$B; echo oops >&2'").expect(0);
    assertTrue(good.out().contains("node-1 -- STDOUT\n12\n"), good.toString());
    assertTrue(good.out().contains("node-1 -- STDERR\noops\n"), good.toString());
    Ran bad = pod(run + "--command /bin/sh -c 'exit 3' --privileged").expect(1);
    assertTrue(bad.err().contains("exit status 3: /bin/sh -c 'exit 3'"), bad.toString());
    Ran nowhere = pod("--exec-run nowhere --command x").expect(1);
    assertTrue(nowhere.err().contains("podman cannot exec-run: no container"), nowhere.toString());
    // Longer than a command of the test may take.
    Ran slow = pod(run + "--timeout 1 --command /bin/sleep 3600").expect(1);
    assertTrue(slow.err().contains("timeout"), slow.toString());
    pod("--rm directord-exec --force").expect(0);
  }

  @Test
  void whatCannotBeReachedOrReadIsSaid() {
    Ran nobody = exec(cluster, "POD", "--start x --socket-path /no/such.sock").expect(1);
    assertTrue(nobody.err().contains("podman cannot be reached at /no/such.sock"), nobody.err());
    Ran missing = pod("--play /no/such.yaml").expect(1);
    assertTrue(missing.err().contains("/no/such.yaml: there is no such file"), missing.err());
    Ran wrong = pod("--strat x").expect(2);
    assertTrue(wrong.err().contains("POD: unknown option --strat (did you mean --start?)"));
    assertFalse(wrong.err().contains("Exception"));
  }

  private static void play(String name) {
    Path file =
        cluster.write(
            name + ".yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata:
              name: NAME
            spec:
              hostNetwork: true
              containers:
              - name: main
                image: IMAGE
                command: ["/bin/sh", "-c", "trap exit TERM; while true; do sleep 1; done"]
            """
                .replace("NAME", name)
                .replace("IMAGE", PodmanService.IMAGE));
    pod("--play " + file).expect(0);
  }

  private static String state(String name) {
    return json(pod("--skip-cache --inspect " + name).expect(0)).path("State").asString("");
  }

  private static Ran pod(String arguments) {
    return exec(cluster, "POD", "--socket-path " + podman.socket() + " " + arguments);
  }

  private static Ran image(String arguments) {
    return exec(cluster, "CONTAINER_IMAGE", "--socket-path " + podman.socket() + " " + arguments);
  }

  /** The line of the output that is JSON. */
  private static JsonNode json(Ran ran) {
    return ran.lines().stream()
        .filter(line -> line.startsWith("{") || line.startsWith("["))
        .map(line -> Json.mapper().readTree(line))
        .findFirst()
        .orElseThrow(() -> new AssertionError(ran));
  }
}

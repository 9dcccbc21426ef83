package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that users of the original have in their habits, as they are written there. What is
 * missing here is the outer world: registries to log in to and to pull from.
 */
@Tag("container")
class PageIT {
  private static final String SERVER =
      """
      mkdir -p ~/local/share/directord ~/local/share/directord/etc
      podman run --hostname directord \\
                   --name directord-server \\
                   --net=host \\
                   --env DIRECTORD_MODE=server \\
                   --volume ${HOME}/local/share/directord/etc:/etc/directord:z \\
                   --volume ${HOME}/local/share/directord:${HOME}/local/share/directord \\
                   --detach \\
                   --user 0 \\
                   directord directord
      """;

  private static final String CLIENT =
      """
      podman run --hostname $(hostname)-client \\
                   --name directord-client \\
                   --net=host \\
                   --env DIRECTORD_SERVER_ADDRESS=172.16.27.120 \\
                   --env DIRECTORD_SHARED_KEY=secrete \\
                   --user 0 \\
                   --detach \\
                   directord directord
      """;

  private static final String TOUCHLESS =
      """
      function directord() {
        podman exec -ti directord-server /directord/bin/directord --socket-path /tmp/directord.sock $@;
      }
      """;

  @TempDir static Path home;
  private static Podman podman;
  private static Path mirrored;

  @BeforeAll
  static void start() throws IOException {
    podman = Podman.withShownNames(home);
    podman.afterwards("podman rm --force --time 5 directord-client directord-server");
    // The address of the page.
    podman.afterwards("ip address del 172.16.27.120/32 dev lo");
    podman.shell("ip address add 172.16.27.120/32 dev lo").expect(0);
    mirrored = home.resolve("local/share/directord");
    Files.createDirectories(mirrored.resolve("etc"));
    Files.writeString(mirrored.resolve("etc/config.yaml"), "shared_key: secrete\n");
    podman.shell(SERVER).expect(0);
    podman.shell(CLIENT).expect(0);
    podman.awaitNodes("directord-server", 1);
  }

  @AfterAll
  static void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void nodesAreListed() {
    Ran ran =
        touchless("directord --socket-path /tmp/directord.sock manage --list-nodes").expect(0);
    assertTrue(ran.out().contains("-client "), ran::toString);
    assertTrue(ran.out().contains("1 node: 1 active"), ran::toString);
  }

  @Test
  void commandsRunWithoutATerminalThoughTheFunctionTakesTheirWordsApart() {
    Ran ran = touchless("directord exec --stream --verb RUN '--skip-cache uname -r'").expect(0);
    assertTrue(ran.out().contains("-client -- STDOUT"), ran::toString);
    assertTrue(ran.out().contains(podman.shell("uname -r").out().strip()), ran::toString);
    assertEquals(1, touchless("directord exec --poll --verb RUN 'ls /none'").status());
    assertEquals(
        1, touchless("directord manage --job-info 00000000-0000-0000-0000-000000000000").status());
  }

  @Test
  void atATerminalProgressIsDrawn() {
    String command = "directord exec --wait --verb RUN '--skip-cache sleep 2'";
    Ran ran =
        podman.shell(
            "printf '%s\\n' \""
                + TOUCHLESS.replace("$", "\\$")
                + "\" \""
                + command
                + "\" > script.sh;"
                + " script -qec 'bash script.sh' /dev/null");
    assertEquals(0, ran.status(), ran::toString);
    assertTrue(ran.out().contains("0/1 answers"), ran::toString);
    assertTrue(ran.out().contains("Job Success: "), ran::toString);
  }

  @Test
  void filesAndOrchestrationsOfTheMirroredDirectoryWork() throws IOException {
    Files.writeString(mirrored.resolve("greeting.txt"), "from the host\n");
    Files.writeString(
        mirrored.resolve("site.yaml"),
        "- jobs:\n  - COPY: greeting.txt /tmp/greeting\n  - RUN: cat /tmp/greeting\n");
    touchless(
            "directord exec --poll --verb COPY ${HOME}/local/share/directord/greeting.txt /tmp/copied")
        .expect(0);
    assertEquals("from the host\n", podman.exec("directord-client", "cat /tmp/copied").out());
    Ran ran = touchless("directord orchestrate ${HOME}/local/share/directord/site.yaml --stream");
    assertTrue(ran.expect(0).out().contains("from the host"), ran::toString);
  }

  @Test
  void filesElsewhereAreToldWithTheDirectoryThatIsMirrored() throws IOException {
    Files.writeString(home.resolve("elsewhere.txt"), "not seen\n");
    Files.writeString(home.resolve("elsewhere.yaml"), "- jobs:\n  - RUN: 'true'\n");
    String hint = "which sees of its host's directories only " + mirrored + ": put the file there";
    Ran copy = touchless("directord exec --poll --verb COPY ${HOME}/elsewhere.txt /tmp/x");
    assertEquals(2, copy.status(), copy::toString);
    assertTrue((copy.out() + copy.err()).contains(hint), copy::toString);
    Ran orchestration = touchless("directord orchestrate ${HOME}/elsewhere.yaml");
    assertEquals(2, orchestration.status(), orchestration::toString);
    assertTrue((orchestration.out() + orchestration.err()).contains(hint), orchestration::toString);
  }

  @Test
  void aCommandLineOutsideUploadsThemThroughASocketOnAVolume() throws IOException {
    Files.writeString(home.resolve("outside.txt"), "from outside\n");
    String server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete"
                + " --env DIRECTORD_SOCKET_PATH=$HOME/local/share/directord/d.sock --user 0"
                + " --volume ${HOME}/local/share/directord:${HOME}/local/share/directord directord");
    String client =
        podman.start(
            podman.name("client"),
            "--env DIRECTORD_SHARED_KEY=secrete --network container:" + server + " directord");
    String outside =
        TestCluster.distribution().resolve("bin/directord")
            + " --socket-path $HOME/local/share/directord/d.sock ";
    await()
        .atMost(Podman.TIMEOUT)
        .until(() -> podman.shell(outside + "manage --list-nodes").status() == 0);
    podman.shell(outside + "exec --poll --verb COPY outside.txt /tmp/outside").expect(0);
    assertEquals("from outside\n", podman.exec(client, "cat /tmp/outside").out());
  }

  /** Typed in a shell that has the function. */
  private static Ran touchless(String command) {
    return podman.shell(TOUCHLESS + command);
  }
}

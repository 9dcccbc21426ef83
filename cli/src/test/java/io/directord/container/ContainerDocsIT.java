package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.cli.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the documents say about containers, done as they say. */
@Tag("container")
class ContainerDocsIT {
  private static final Path DOCS = Path.of("../docs").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```shell\\n(.*?)^```$");
  private static final String REMOVE = "podman rm --force --time 5 ";

  /** First who uses the other's network. */
  private static final String END = REMOVE + "directord-client; " + REMOVE + "directord-server";

  @TempDir Path home;
  private Podman podman;

  @BeforeEach
  void start() throws IOException {
    podman = Podman.withShownNames(home);
  }

  @AfterEach
  void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void everyServerThatIsShownServes() throws IOException {
    volumes("state");
    podman.afterwards("podman secret rm directord-key");
    podman.afterwards(END);
    List<String> shown = blocks("containerization.md", "--name directord-server");
    assertEquals(4, shown.size());
    for (String block : shown) {
      podman.shell(block).expect(0);
      podman.awaitLog("directord-server", "serves nodes");
      if (block.contains("SOCKET_PATH")) {
        String outside = blocks("containerization.md", "directord --socket-path ~").get(0);
        String path = "PATH=" + TestCluster.distribution().resolve("bin") + ":$PATH\n";
        Ran ran = podman.shell(path + outside);
        assertEquals("No data found\n", ran.err(), ran::toString);
      }
      podman.shell(END).expect(0);
    }
  }

  @Test
  void everyClientThatIsShownLooksForItsServer() throws IOException {
    volumes("client");
    podman.afterwards(END);
    List<String> shown = blocks("containerization.md", "--name directord-client");
    shown.addAll(blocks("kubernetes.md", "--name directord-client"));
    assertEquals(2, shown.size());
    for (String block : shown) {
      podman.shell(block).expect(0);
      podman.awaitLog("directord-client", "its server is 172.16.27.120:5555");
      podman.shell(END).expect(0);
    }
  }

  @Test
  void theBetterFunctionKeepsWordsAndKnowsTheDirectory() throws IOException {
    String function = blocks("containerization.md", "--workdir").get(0);
    podman.afterwards(END);
    podman
        .shell(
            "podman run --detach --name directord-server --env DIRECTORD_MODE=server"
                + " --env DIRECTORD_SHARED_KEY=secrete --volume $HOME:$HOME --user 0 directord;"
                + " podman run --detach --name directord-client --network container:directord-server"
                + " --env DIRECTORD_SHARED_KEY=secrete directord")
        .expect(0);
    podman.awaitNodes("directord-server", 1);
    Ran words = podman.shell(function + "directord exec --stream --verb RUN 'echo \"a  b\"'");
    assertTrue(words.expect(0).out().contains("STDOUT\na  b\n"), words::toString);
    Files.writeString(home.resolve("app.conf"), "x");
    podman.shell(function + "directord exec --poll --verb COPY app.conf /tmp/app.conf").expect(0);
  }

  /** The first process of a machine may be out of reach for its root; any other is as good. */
  @Test
  void aPrivilegedClientReachesItsMachineAndAnOrdinaryOneDoesNot() throws IOException {
    Path file = Files.writeString(home.resolve("of-the-machine"), "seen\n");
    String server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete directord");
    String client =
        "--env DIRECTORD_SHARED_KEY=secrete --user 0 --network container:" + server + " ";
    podman.start(
        podman.name("privileged"),
        client
            + "--privileged --pid=host --volume /:/host:rslave --env DIRECTORD_IDENTITY=privileged"
            + " directord");
    podman.start(podman.name("ordinary"), client + "--env DIRECTORD_IDENTITY=ordinary directord");
    podman.awaitNodes(server, 2);
    String exec = "directord exec --stream --target %s --verb RUN '%s'";
    String enter = "nsenter --target " + ProcessHandle.current().pid() + " --mount -- cat " + file;
    Ran inside = podman.exec(server, exec.formatted("privileged", enter)).expect(0);
    assertTrue(inside.out().contains("STDOUT\nseen\n"), inside::toString);
    podman.exec(server, exec.formatted("privileged", "cat /host" + file)).expect(0);
    podman.exec(server, exec.formatted("ordinary", enter)).expect(1);
  }

  @Test
  void whatJobsLeaveBehindIsTakenLeaveOf() {
    String server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete directord");
    String client =
        podman.start(
            podman.name("client"),
            "--env DIRECTORD_SHARED_KEY=secrete --network container:" + server + " directord");
    podman.awaitNodes(server, 1);
    String orphan = "(setsid sleep 0.1 &); sleep 0.5";
    podman.exec(server, "directord exec --poll --verb RUN '" + orphan + "'").expect(0);
    await("what has ended is not there any more")
        .atMost(Podman.TIMEOUT)
        .untilAsserted(
            () -> {
              Ran states = podman.exec(client, "sh -c 'grep -h State /proc/[0-9]*/status'");
              assertTrue(states.out().contains("sleeping"), states::toString);
              assertFalse(states.out().contains("zombie"), states::toString);
            });
  }

  /** Blocks that contain a text; their volumes have names of this test's. */
  private List<String> blocks(String document, String text) throws IOException {
    List<String> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(Files.readString(DOCS.resolve(document)));
    while (matcher.find()) {
      if (matcher.group(1).contains(text)) {
        blocks.add(
            matcher
                .group(1)
                .replace("directord-state:", podman.name("state") + ":")
                .replace("directord-client:", podman.name("client") + ":"));
      }
    }
    assertTrue(blocks.size() > 0, document + " shows no " + text);
    return blocks;
  }

  private void volumes(String role) {
    podman.afterwards("podman volume rm --force " + podman.name(role));
  }
}

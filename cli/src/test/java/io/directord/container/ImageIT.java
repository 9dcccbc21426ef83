package io.directord.container;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.Ran;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What an image owes its users, checked from outside. */
@Tag("container")
class ImageIT {
  private static final long LARGE_BYTES = 260L << 20;
  private static final String HARDENED =
      "--read-only --cap-drop all --security-opt no-new-privileges ";

  @TempDir Path home;
  private Podman podman;

  @BeforeEach
  void start() {
    podman = new Podman(home);
  }

  @AfterEach
  void stop() {
    if (podman != null) {
      podman.close();
    }
  }

  @Test
  void saysWhatItIsAndRunsAsAnOrdinaryUser() {
    JsonNode image =
        Json.mapper()
            .readTree(podman.shell("podman image inspect " + Podman.IMAGE).expect(0).out())
            .get(0);
    assertEquals("1001:1001", image.get("User").stringValue());
    JsonNode config = image.get("Config");
    assertEquals(
        Set.of("5555/tcp", "5556/tcp"), new TreeSet<>(config.get("ExposedPorts").propertyNames()));
    for (String label : new String[] {"title", "description", "licenses", "version", "revision"}) {
      String value = config.get("Labels").path("org.opencontainers.image." + label).stringValue();
      assertFalse(value.isBlank(), label);
    }
    assertTrue(image.toString().contains("/directord/bin/healthcheck"), image::toString);
    assertTrue(image.get("Size").asLong() < LARGE_BYTES, () -> image.get("Size").toString());
    String tools =
        "for t in mvn javac jlink; do command -v $t; done; ls /build /directord/java/jmods";
    assertEquals(
        "", podman.shell("podman run --rm " + Podman.IMAGE + " sh -c '" + tools + "'").out());
  }

  @Test
  void theEntrypointPassesOnWhatItIsGiven() {
    String run = "podman run --rm --network none ";
    Ran version = podman.shell(run + Podman.IMAGE + " directord --version").expect(0);
    assertTrue(version.out().startsWith("directord "), version::toString);
    assertEquals(version.out(), podman.shell(run + Podman.IMAGE + " --version").expect(0).out());
    assertEquals("1001\n", podman.shell(run + Podman.IMAGE + " id -u").expect(0).out());
    Ran help = podman.shell(run + Podman.IMAGE + " manage --help").expect(0);
    assertTrue(help.out().contains("--list-nodes"), help::toString);
    Ran server =
        podman.shell(
            run + "--env DIRECTORD_MODE=server " + Podman.IMAGE + " directord --job-port x");
    assertTrue(server.expect(2).err().contains("--job-port: a number"), server::toString);
    Ran mode = podman.shell(run + "--env DIRECTORD_MODE=both " + Podman.IMAGE).expect(2);
    assertEquals(
        "directord: DIRECTORD_MODE: server or client is expected, not 'both'\n", mode.err());
  }

  @Test
  void aBrokenConfigurationIsRefusedInALine() throws IOException {
    configuration("job_prt: 5\n");
    Ran ran =
        podman.shell(
            "podman run --rm --env DIRECTORD_MODE=server --volume $HOME/etc:/etc/directord:z "
                + Podman.IMAGE);
    assertEquals(2, ran.status(), ran::toString);
    assertTrue(
        ran.err().contains("/etc/directord/config.yaml:1:1: unknown key job_prt (did you mean"),
        ran::toString);
    assertFalse(ran.err().contains("\tat "), ran::toString);
  }

  @Test
  void listensWhereItsConfigurationSaysEncrypted() throws IOException {
    configuration("job_port: 6655\nbackend_port: 6656\nshared_key: secrete\n");
    String server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --publish 127.0.0.1::6655"
                + " --volume $HOME/etc:/etc/directord:z "
                + Podman.IMAGE);
    podman.awaitLog(server, "serves nodes");
    assertEquals(
        Set.of(6655, 6656), listening(podman.exec(server, "cat /proc/net/tcp6 /proc/net/tcp")));
    String published = podman.shell("podman port " + server).expect(0).out().strip();
    int port = Integer.parseInt(published.substring(published.lastIndexOf(':') + 1));
    assertEquals("CURVE", mechanism(port));
  }

  @Test
  void aWrongKeyIsRefused() {
    String server =
        podman.start(
            podman.name("server"),
            "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete " + Podman.IMAGE);
    podman.awaitLog(server, "serves nodes");
    String inside = "--network container:" + server + " --env DIRECTORD_SHARED_KEY=";
    String right = podman.name("right");
    String wrong = podman.name("wrong");
    podman.start(right, inside + "secrete --env DIRECTORD_IDENTITY=right " + Podman.IMAGE);
    podman.start(wrong, inside + "other --env DIRECTORD_IDENTITY=wrong " + Podman.IMAGE);
    podman.awaitNodes(server, 1);
    podman.awaitLog(wrong, "its shared key is most likely another one than this node's");
    Ran nodes = podman.exec(server, "directord manage --list-nodes").expect(0);
    assertTrue(nodes.out().contains("right") && !nodes.out().contains("wrong"), nodes::toString);
    podman.awaitConnected(right);
    assertEquals(0, podman.exec(right, "/directord/bin/healthcheck").status());
    Ran unwell = podman.exec(wrong, "/directord/bin/healthcheck").expect(3);
    assertTrue(unwell.err().contains("not connected"), unwell::toString);
  }

  @Test
  void aHardenedServerStopsInTimeWithItsWorkSavedAndIsItselfAfterwards() {
    String state = podman.name("state");
    podman.afterwards("podman volume rm --force " + state);
    String server =
        podman.start(
            podman.name("server"),
            HARDENED
                + "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete --volume "
                + state
                + ":/var/lib/directord "
                + Podman.IMAGE);
    podman.awaitLog(server, "serves nodes");
    assertEquals(1, podman.exec(server, "touch /directord/x").status());
    Ran capabilities = podman.exec(server, "grep -c 'Cap.*:.0*$' /proc/1/status").expect(0);
    assertEquals("5\n", capabilities.out());
    assertEquals(0, podman.shell("podman healthcheck run " + server).status());
    String client = podman.start(podman.name("client"), client(server));
    podman.awaitNodes(server, 1);
    podman.shell("podman stop --time 5 " + client).expect(0);
    Ran job = podman.exec(server, "directord exec --verb RUN 'echo saved'").expect(0);
    String id = job.after("Task ID: ");

    // One that is killed, since it is too late, has another exit status than 0.
    podman.shell("podman stop --time 120 " + server).expect(0);
    Ran exit = podman.shell("podman inspect --format '{{.State.ExitCode}}' " + server).expect(0);
    assertEquals("0\n", exit.out(), () -> podman.log(server));

    podman.shell("podman start " + server + " " + client).expect(0);
    await()
        .atMost(Podman.TIMEOUT)
        .until(
            () -> podman.exec(server, "directord manage --job-info " + id).out().contains("saved"));
  }

  @Test
  void restartsLoseNothingAndRepeatNothing() throws IOException {
    String server = server(podman.name("server"), podman.name("state"), Podman.IMAGE);
    String state = podman.name("node");
    podman.afterwards("podman volume rm --force " + state);
    String client =
        podman.start(
            podman.name("client"), "--volume " + state + ":/var/lib/directord " + client(server));
    podman.awaitNodes(server, 1);
    StringBuilder jobs = new StringBuilder("- jobs:\n");
    for (int i = 0; i < 60; i++) {
      jobs.append("  - RUN: echo ").append(i).append(" >> /var/lib/directord/ledger; sleep 0.1\n");
    }
    Files.writeString(home.resolve("jobs.yaml"), jobs);
    podman.shell("podman cp jobs.yaml " + server + ":/var/lib/directord/jobs.yaml").expect(0);
    podman.exec(server, "directord orchestrate /var/lib/directord/jobs.yaml").expect(0);
    podman.shell("podman restart --time 5 " + server).expect(0);
    await()
        .atMost(Podman.TIMEOUT)
        .until(() -> podman.exec(client, "tail -1 /var/lib/directord/ledger").out().equals("59\n"));
    podman.shell("podman restart --time 5 " + server + " " + client).expect(0);
    podman.awaitNodes(server, 1);
    await()
        .atMost(Podman.TIMEOUT)
        .until(
            () ->
                !podman
                    .exec(server, "directord manage --list-jobs --filter processing")
                    .out()
                    .contains("RUN"));
    Ran list = podman.exec(server, "directord manage --list-jobs --filter success").expect(0);
    assertTrue(list.out().contains("Total Items: 60"), list::toString);
    Ran ledger = podman.exec(client, "sort -n /var/lib/directord/ledger").expect(0);
    assertEquals(60, ledger.lines().size());
    assertEquals("59", ledger.lines().get(59));
  }

  @Test
  void anImageOfALaterCommitTakesOverTheVolume() {
    String later = podman.name("later");
    podman.afterwards("podman image rm --force " + later);
    podman
        .shell(
            "printf 'FROM localhost/directord\\nLABEL org.opencontainers.image.revision=later\\n'"
                + " | podman build --quiet --tag "
                + later
                + " -")
        .expect(0);
    String state = podman.name("state");
    String node = podman.name("node");
    podman.afterwards("podman volume rm --force " + node);
    String nodesVolume = "--volume " + node + ":/var/lib/directord ";
    String old = server(podman.name("old"), state, Podman.IMAGE);
    String client = podman.start(podman.name("client"), nodesVolume + client(old));
    podman.awaitNodes(old, 1);
    podman.exec(old, "directord exec --wait --verb RUN 'echo of the old one'").expect(0);
    podman.shell("podman rm --force --time 5 " + client).expect(0);
    podman.exec(old, "directord exec --verb RUN 'echo waits'").expect(0);
    podman.shell("podman rm --force --time 5 " + old).expect(0);

    String renewed = server(podman.name("new"), state, later);
    Ran jobs = podman.exec(renewed, "directord manage --list-jobs --output json");
    String first = Json.mapper().readTree(jobs.expect(0).out()).get(0).get("id").stringValue();
    Ran job = podman.exec(renewed, "directord manage --job-info " + first).expect(0);
    assertTrue(job.out().contains("of the old one"), job::toString);
    podman.start(
        podman.name("client-new"), nodesVolume + client(renewed).replace(Podman.IMAGE, later));
    await()
        .atMost(Podman.TIMEOUT)
        .until(
            () ->
                podman
                    .exec(renewed, "directord manage --job-info last")
                    .out()
                    .contains("node-of-test = waits"));
  }

  private String server(String name, String state, String image) {
    podman.afterwards("podman volume rm --force " + state);
    podman.start(
        name,
        "--env DIRECTORD_MODE=server --env DIRECTORD_SHARED_KEY=secrete --volume "
            + state
            + ":/var/lib/directord "
            + image);
    podman.awaitLog(name, "serves nodes");
    return name;
  }

  /** Words that run a client in the network of a server's container. */
  private static String client(String server) {
    return "--network container:"
        + server
        + " --env DIRECTORD_SHARED_KEY=secrete --env DIRECTORD_IDENTITY=node-of-test "
        + Podman.IMAGE;
  }

  private void configuration(String yaml) throws IOException {
    Path etc = Files.createDirectories(home.resolve("etc"));
    Files.writeString(etc.resolve("config.yaml"), yaml);
  }

  /** Local ports in state LISTEN, 0A, of proc(5)'s tables. */
  private static Set<Integer> listening(Ran tables) {
    Set<Integer> ports = new TreeSet<>();
    for (String line : tables.lines()) {
      String[] words = line.strip().split(" +");
      if (words.length > 3 && words[3].equals("0A")) {
        ports.add(Integer.parseInt(words[1].substring(words[1].indexOf(':') + 1), 16));
      }
    }
    return ports;
  }

  /** What the greeting of a ZMTP peer names, from its twelfth byte on. */
  private static String mechanism(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout((int) Podman.TIMEOUT.toMillis());
      byte[] greeting = new byte[64];
      greeting[0] = (byte) 0xFF;
      greeting[9] = 0x7F;
      greeting[10] = 3;
      System.arraycopy("CURVE".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 5);
      socket.getOutputStream().write(greeting);
      InputStream in = socket.getInputStream();
      byte[] answer = in.readNBytes(greeting.length);
      return new String(answer, 12, 20, StandardCharsets.US_ASCII).replace("\0", "");
    }
  }
}

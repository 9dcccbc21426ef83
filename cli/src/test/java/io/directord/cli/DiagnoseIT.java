package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every cause for which a client does not join is tried, and found, with real processes. */
class DiagnoseIT {
  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 1);
  }

  @Test
  void nothingIsWrongWithAClientThatRunsAndItIsNotDisturbed() {
    String before = refused();
    // That the server has the node is known before the node knows it.
    await().until(() -> diagnose("node-1").status() == 0);
    Ran fine = diagnose("node-1").expect(0);
    assertTrue(fine.out().contains("a client runs here, and is connected"), fine::toString);
    assertTrue(fine.out().contains("the server knows this node by this key"), fine::toString);
    assertTrue(fine.out().contains("the clocks agree"), fine::toString);
    cluster.set("DIRECTORD_MACHINE_ID", "machine-node-9");
    Ran fresh = diagnose("node-9").expect(0);
    cluster.set("DIRECTORD_MACHINE_ID", "machine-node-1");
    assertTrue(
        fresh.out().contains("the server does not know this node yet, and would enrol it"),
        fresh::toString);
    assertFalse(Files.exists(cluster.state("node-9")));
    assertEquals(before, refused(), "it was not refused");
    assertEquals(
        1, cluster.run("exec", "--poll", "--verb", "RUN", "true").expect(0).lines().size());
    assertEquals(
        List.of("node-1"),
        cluster
            .run("manage", "--list-nodes", "--output", "json")
            .out()
            .lines()
            .filter(line -> line.contains("\"identity\" :"))
            .map(line -> line.replaceAll(".*: \"|\",?$", ""))
            .toList());
  }

  @Test
  void aNameWithoutAnAddressAndAPortWhereNothingListens() {
    assertWrong(
        "no-such-host.invalid has no address here", "--server-address", "no-such-host.invalid");
    assertWrong("nothing listens at 127.0.0.1:1", "--job-port", "1");
  }

  @Test
  void aPortThatSpeaksAnotherLanguageOrNone() throws IOException {
    try (ServerSocket http = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      answering(http, "HTTP/1.1 400 Bad Request\r\n\r\n");
      String port = Integer.toString(http.getLocalPort());
      assertWrong("is not a port of a directord server: it says 'HTTP/1.1 400", "--job-port", port);
    }
    try (ServerSocket mute = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(mute.getLocalPort());
      assertWrong("takes connections and says nothing", "--job-port", port);
    }
    assertWrong(
        "speaks ZeroMQ, not with CURVE", "--job-port", Integer.toString(cluster.contentPort()));
  }

  @Test
  void aPortThatDropsWhatComes() throws IOException {
    // A full queue of connections is as silent as a firewall.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Socket socket = new Socket();
        waiting.add(socket);
        try {
          socket.connect(full.getLocalSocketAddress(), 200);
        } catch (IOException e) {
          // Full now.
          break;
        }
      }
      String port = Integer.toString(full.getLocalPort());
      assertWrong("does not answer within 5 s", "--job-port", port);
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  @Test
  void anotherSharedKeyAndAnIdentityOfAnotherKey() {
    String key = cluster.variable("DIRECTORD_SHARED_KEY");
    cluster.set("DIRECTORD_SHARED_KEY", "another-key-that-is-long-enough-0123456789");
    try {
      Ran other = diagnose("node-1").expect(1);
      assertTrue(
          other.out().contains("its shared key is most likely another one"), other::toString);
    } finally {
      cluster.set("DIRECTORD_SHARED_KEY", key);
    }
    await().until(() -> refused().contains("another shared key"));

    Ran taken =
        cluster
            .run(
                "--identity",
                "node-1",
                "--state-path",
                directory.resolve("new").toString(),
                "client",
                "--diagnose")
            .expect(1);
    assertTrue(
        taken.out().contains("the identity node-1 is enrolled with another key"), taken::toString);
    assertTrue(taken.out().contains("--forget-node node-1"), taken::toString);
  }

  @Test
  void aClockThatIsWrongIsAWarning() {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/faketime")), "faketime is not installed");
    cluster.set("FAKETIME_DONT_FAKE_MONOTONIC", "1").set("FAKETIME_FORCE_MONOTONIC_FIX", "0");
    cluster.through("/usr/bin/faketime", "-m", "-f", "+2h");
    try {
      Ran ahead = diagnose("node-1").expect(0);
      assertTrue(
          ahead
              .out()
              .matches(
                  "(?s).*clock +warning +this machine's clock is 7[0-9]{3} s ahead of the"
                      + " server's, so the times of results are wrong by that: have both set by NTP.*"),
          ahead::toString);
    } finally {
      cluster.through();
    }
  }

  private static void assertWrong(String text, String option, String value) {
    List<String> words = new ArrayList<>();
    boolean isGlobal = option.equals("--job-port");
    if (isGlobal) {
      words.addAll(List.of(option, value));
    }
    words.addAll(
        List.of(
            "--identity", "node-1", "--state-path", cluster.state("node-1").toString(), "client"));
    if (!isGlobal) {
      words.addAll(List.of(option, value));
    }
    words.add("--diagnose");
    Ran wrong = cluster.run(words.toArray(String[]::new)).expect(1);
    assertEquals(
        1,
        wrong.lines().stream().filter(line -> line.contains("  WRONG  ")).count(),
        wrong::toString);
    assertTrue(wrong.out().contains(text), wrong::toString);
  }

  private static String refused() {
    return cluster.run("manage", "--list-refused", "--output", "json").expect(0).out();
  }

  private static Ran diagnose(String identity) {
    return cluster.run(
        "--identity",
        identity,
        "--state-path",
        cluster.state(identity).toString(),
        "client",
        "--diagnose");
  }

  private static void answering(ServerSocket at, String text) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  try (Socket socket = at.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    // Closed with something unread it would take back what it has said.
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                  }
                }
              } catch (IOException e) {
                // The socket was closed: the test is over.
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
  }
}

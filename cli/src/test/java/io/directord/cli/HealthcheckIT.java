package io.directord.cli;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a service manager learns of a server and a client from {@code directord healthcheck}. */
class HealthcheckIT {
  private static final String NOT_CONNECTED = "directord: not connected: no client with the state";

  @TempDir Path directory;

  @Test
  void isWellWithAServerThatAnswersOrAClientThatIsConnected() {
    try (TestCluster cluster = TestCluster.start(directory, 1)) {
      String[] client = {"--state-path", cluster.state("node-1").toString(), "healthcheck"};
      // That the server has the node is known before the node knows it.
      await("the client has noticed").until(() -> cluster.run(client).status() == 0);
      assertEquals("server: well\n", cluster.run("healthcheck").expect(0).out());
      assertEquals("server: well\n", cluster.run("healthcheck", "server").expect(0).out());
      assertEquals("client: well\n", cluster.run(client).expect(0).out());
      ill(cluster, NOT_CONNECTED, "healthcheck", "client");

      cluster.client("node-1").kill();
      ill(cluster, NOT_CONNECTED, client[0], client[1], client[2], "client");
      cluster.startClient("node-1");
      cluster.awaitActive(1);
      cluster.server().stop();
      await("the client has noticed")
          .atMost(Duration.ofSeconds(240))
          .until(() -> cluster.run(client[0], client[1], client[2], "client").status() == 3);
    }
  }

  @Test
  void saysInALineWhatIsWrong() throws IOException {
    TestCluster cluster = new TestCluster(directory);
    String socket = "directord: no server at " + cluster.socket();
    Ran both = cluster.run("healthcheck").expect(3);
    assertTrue(both.err().startsWith(NOT_CONNECTED), both::toString);
    assertTrue(both.err().contains("; no server at " + cluster.socket()), both::toString);
    ill(cluster, socket, "healthcheck", "server");
    ill(cluster, NOT_CONNECTED, "healthcheck", "client");
    try (ServerSocketChannel full = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      full.bind(UnixDomainSocketAddress.of(cluster.socket()), 1);
      String silent = "directord: the server at " + cluster.socket() + " has not answered for 8 s";
      // The first two are taken by the kernel and never answered, others wait to be taken.
      ill(cluster, silent, "healthcheck", "server");
      try (SocketChannel second =
          SocketChannel.open(UnixDomainSocketAddress.of(cluster.socket()))) {
        assertTrue(second.isConnected());
        ill(cluster, silent, "healthcheck", "server");
      }
    }
    Files.delete(cluster.socket());
    Ran ran = cluster.run("healthcheck", "serve").expect(2);
    assertTrue(ran.err().contains("not 'serve' (did you mean server?)"), ran::toString);
  }

  private static void ill(TestCluster cluster, String beginning, String... words) {
    Ran ran = cluster.run(words).expect(3);
    assertEquals("", ran.out());
    assertTrue(ran.err().startsWith(beginning), ran::toString);
    assertEquals(1, ran.err().lines().count(), ran::toString);
  }
}

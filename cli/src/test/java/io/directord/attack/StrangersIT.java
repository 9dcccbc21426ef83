package io.directord.attack;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who reaches the ports of a server with its default heap, and has no key. */
class StrangersIT {
  private static final byte[] EMPTY = {};
  private static final int WITHOUT_END = 5_000_000;

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static int legacyJobPort;
  private static int legacyContentPort;

  @BeforeAll
  static void start() {
    legacyJobPort = FreePorts.next();
    legacyContentPort = FreePorts.next();
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_LEGACY_JOB_PORT", Integer.toString(legacyJobPort));
    cluster.set("DIRECTORD_LEGACY_BACKEND_PORT", Integer.toString(legacyContentPort));
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
  }

  @AfterEach
  void theServerServesItsNode() {
    assertTrue(cluster.server().isAlive(), cluster::logs);
    cluster.run("exec", "--wait", "--verb", "RUN", "--skip-cache true").expect(0);
  }

  @Test
  void framesWithoutEndAtTheContentPort() {
    try (RawPeer stranger = RawPeer.stranger(cluster.contentPort())) {
      stranger.flood(RawPeer.MORE, EMPTY, WITHOUT_END);
      assertTrue(stranger.isClosed(), "the connection is ended");
    }
    awaitLog("its connection is ended: a message of more than");
  }

  @Test
  void framesThatAreTooLongAreToldWithTheirSizeTheLimitAndThePort() throws IOException {
    try (RawPeer stranger = RawPeer.stranger(cluster.contentPort())) {
      stranger.announce(5_000_001);
      awaitLog("127.0.0.1 at the content port: its connection is ended: a frame of 5000001 bytes");
    }
    try (RawPeer stranger = RawPeer.greeting(legacyJobPort, "PLAIN")) {
      stranger.announce(1L << 40);
      awaitLog("is ended: a frame of 1099511627776 bytes; the maximum is ");
    }
  }

  @Test
  void malformedCommandsEndTheirConnectionAndAreToldWithItsAddressAndPort() {
    byte[] ping = {4, 'P', 'I', 'N', 'G'};
    byte[] cut = {9, 'S', 'U', 'B'};
    for (byte[] command : List.of(ping, cut, EMPTY)) {
      try (RawPeer stranger = RawPeer.stranger(cluster.contentPort())) {
        stranger.flood(RawPeer.COMMAND, command, 8);
        stranger.end();
      }
    }
    awaitLog("127.0.0.1 at the content port: its connection is ended: it breaks the protocol");
    Map<Integer, String> mechanisms =
        Map.of(cluster.jobPort(), "CURVE", cluster.contentPort(), "NULL", legacyJobPort, "PLAIN");
    mechanisms.forEach(
        (port, mechanism) -> {
          for (String name : List.of("READY", "HELLO", "INITIATE")) {
            try (RawPeer stranger = RawPeer.greeting(port, mechanism)) {
              stranger.flood(
                  RawPeer.COMMAND, ((char) name.length() + name + "d").getBytes(US_ASCII), 2);
              stranger.end();
            }
          }
        });
    assertFalse(cluster.server().log().contains("Exception"), cluster::logs);
  }

  @Test
  void requestsWithoutEndAtTheContentPort() {
    try (RawPeer stranger = RawPeer.stranger(cluster.contentPort())) {
      stranger.flood(0, new byte[100], 300_000);
      stranger.end();
    }
    awaitLog("undecodable request");
  }

  @Test
  void commandsWithoutEndAtTheContentPort() {
    try (RawPeer stranger = RawPeer.stranger(cluster.contentPort())) {
      stranger.flood(RawPeer.COMMAND, "\4PING\0\1x".getBytes(), 100_000);
      stranger.flood(RawPeer.COMMAND, "\11SUBSCRIBEx".getBytes(), 100_000);
      stranger.flood(RawPeer.COMMAND, "\4PING".getBytes(), 1_000);
      stranger.end();
    }
  }

  @Test
  void manyMessagesThatAreBegunAndNotCompleted() throws IOException {
    List<RawPeer> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        RawPeer stranger = RawPeer.stranger(cluster.contentPort());
        strangers.add(stranger);
        stranger.send(RawPeer.MORE, new byte[4000]);
        stranger.flush();
      }
    } catch (UncheckedIOException e) {
      awaitLog("too many connections");
    } finally {
      strangers.forEach(RawPeer::close);
    }
  }

  @Test
  void manyLongFramesThatAreAnnouncedBeforeTheHandshake() throws IOException {
    List<RawPeer> strangers = new ArrayList<>();
    try {
      for (int port : new int[] {cluster.jobPort(), legacyJobPort, legacyContentPort}) {
        String mechanism = port == cluster.jobPort() ? "CURVE" : "PLAIN";
        for (int i = 0; i < 200; i++) {
          RawPeer stranger = RawPeer.greeting(port, mechanism);
          strangers.add(stranger);
          for (long bytes : new long[] {4 << 20, 250_000, 16_000}) {
            try {
              stranger.announce(bytes);
              break;
            } catch (IOException e) {
              // That was too much; it has been cut off.
            }
          }
        }
      }
    } finally {
      strangers.forEach(RawPeer::close);
    }
  }

  @Test
  void manyConnectionsThatSayNothingMore() {
    List<RawPeer> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < 2_000; i++) {
        try {
          strangers.add(RawPeer.greeting(cluster.contentPort(), "NULL"));
        } catch (UncheckedIOException e) {
          awaitLog("too many connections");
          break;
        }
      }
    } finally {
      strangers.forEach(RawPeer::close);
    }
  }

  private static void awaitLog(String... words) {
    await("the server says: " + String.join(" … ", words))
        .until(() -> List.of(words).stream().allMatch(cluster.server().log()::contains));
  }
}

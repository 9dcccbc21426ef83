package io.directord.attack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.security.SharedKey;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody who has the shared key, and a node that has enrolled and turned against the server. */
class KeyHoldersIT {
  private static final byte[] EMPTY = {};
  private static final int WITHOUT_END = 1_000_000;

  @TempDir static Path directory;
  @AutoClose private static TestCluster cluster;
  private static byte[] serverKey;

  @BeforeAll
  static void start() {
    cluster = TestCluster.start(directory, 1);
    serverKey = SharedKey.serverKeys(cluster.variable("DIRECTORD_SHARED_KEY")).publicKey();
  }

  @AfterEach
  void theServerServesItsNode() {
    assertTrue(cluster.server().isAlive(), cluster::logs);
    cluster
        .run("exec", "--wait", "--target", "node-1", "--verb", "RUN", "--skip-cache true")
        .expect(0);
  }

  @Test
  void framesWithoutEnd() {
    try (RawPeer peer = keyHolder()) {
      peer.flood(RawPeer.MORE, EMPTY, WITHOUT_END);
      assertTrue(peer.isClosed(), "it is ended");
    }
    awaitLog("its connection is ended: a message of more than");
  }

  @Test
  void largeResultsThatNobodyHasGrantedRoomFor() throws IOException {
    try (RawPeer peer = node("greedy")) {
      String text = "x".repeat(1 << 20);
      var result =
          new NodeResult(
              UUID.randomUUID(),
              new Outcome.Succeeded(""),
              text,
              text,
              Duration.ZERO,
              Instant.now(),
              Instant.now());
      try {
        for (int i = 0; i < 30; i++) {
          say(peer, new NodeMessage.Ended("RUN", result));
        }
      } catch (IOException e) {
        // It is ended within the first.
      }
      assertTrue(peer.isClosed(), "it is ended");
    }
    awaitLog("which it was not given room for");
  }

  @Test
  void manyIdentitiesOnOneConnection() throws IOException {
    int before = cluster.api().nodes().size();
    try (RawPeer peer = node("first")) {
      try {
        for (int i = 0; i < 10_000; i++) {
          say(peer, heartbeat("other-" + i, Set.of()));
        }
      } catch (IOException e) {
        // It is ended with the second.
      }
      assertTrue(peer.isClosed(), "it is ended");
    }
    awaitLog("it says that it is another node than before");
    assertEquals(before + 1, cluster.api().nodes().size());
    cluster.run("manage", "--forget-node", "first").expect(0);
  }

  @Test
  void largeHeartbeats() throws IOException {
    Set<String> capabilities =
        IntStream.range(0, 20_000).mapToObj(i -> "capability-" + i).collect(Collectors.toSet());
    List<RawPeer> peers = new ArrayList<>();
    try {
      for (int i = 0; i < 9; i++) {
        RawPeer peer = keyHolder();
        peers.add(peer);
        try {
          say(peer, heartbeat("large-" + i, capabilities));
        } catch (IOException e) {
          // Too large to be taken at all.
        }
        assertTrue(peer.isClosed(), "it is ended");
      }
    } finally {
      peers.forEach(RawPeer::close);
    }
  }

  @Test
  void whoTalksAndDoesNotListen() throws IOException {
    try (RawPeer peer = keyHolder()) {
      byte[] started =
          NodeCodec.encode(new NodeMessage.Started(UUID.randomUUID(), "RUN", 1L)).toBytes().get(0);
      // Every one is answered by a question who it is, which it does not read.
      for (int i = 0; i < 100_000; i++) {
        peer.send(0, started);
      }
      peer.flush();
    } catch (IOException e) {
      awaitLog("it does not read what it is sent");
    }
  }

  @Test
  void roomThatIsAskedForAndNotUsedKeepsNobodyWaitingForGood() throws IOException {
    List<RawPeer> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 3; i++) {
        RawPeer peer = node("idle-" + i);
        idle.add(peer);
        say(peer, new NodeMessage.RoomWanted(8 << 20));
      }
      cluster
          .run(
              "exec",
              "--wait",
              "--target",
              "node-1",
              "--verb",
              "RUN",
              "--skip-cache head -c 500000 /dev/zero")
          .expect(0);
    } finally {
      idle.forEach(RawPeer::close);
    }
  }

  private static RawPeer keyHolder() {
    return RawPeer.keyHolder(cluster.jobPort(), serverKey);
  }

  private static RawPeer node(String identity) throws IOException {
    RawPeer peer = keyHolder();
    say(peer, heartbeat(identity, Set.of()));
    await("it has enrolled")
        .atMost(Duration.ofSeconds(240))
        .until(() -> cluster.api().nodes().stream().anyMatch(n -> n.identity().equals(identity)));
    return peer;
  }

  private static void say(RawPeer peer, NodeMessage message) throws IOException {
    List<byte[]> frames = NodeCodec.encode(message).toBytes();
    for (int i = 0; i < frames.size(); i++) {
      peer.send(i < frames.size() - 1 ? RawPeer.MORE : 0, frames.get(i));
    }
    peer.flush();
  }

  private static Heartbeat heartbeat(String identity, Set<String> capabilities) {
    return new Heartbeat(
        identity,
        new ClientFacts(
            "1.0", Duration.ofHours(1), Duration.ofMinutes(1), "machine-" + identity, "zeromq"),
        Heartbeat.PROTOCOL,
        UUID.randomUUID(),
        capabilities,
        new JournalState(UUID.randomUUID(), 0L));
  }

  private static void awaitLog(String words) {
    await("the server says: " + words)
        .atMost(Duration.ofSeconds(240))
        .until(() -> cluster.server().log().contains(words));
  }
}

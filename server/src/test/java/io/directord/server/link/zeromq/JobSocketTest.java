package io.directord.server.link.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Job;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.Z85;
import io.directord.common.wire.ConnectionNotice;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.FakeNode;
import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.TestThreads;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.NodeAddress;
import io.directord.server.link.Refusals;
import io.directord.server.link.TransportListener;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import io.directord.zeromq.InboundConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class JobSocketTest {
  private static final TestClock CLOCK = new TestClock();
  @AutoClose private TestServer server = TestServer.withPort();

  @Test
  void saysOnceWhoTriesAnotherSharedKey() {
    try (LogLines log = new LogLines(JobSocket.class)) {
      byte[] otherKey = CurveKeyPair.generate().publicKey();
      List<FakeNode> strangers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        FakeNode stranger = new FakeNode("x", server.port(), otherKey, CurveKeyPair.generate());
        strangers.add(stranger.heartbeat());
      }

      await().until(() -> !log.lines().isEmpty());
      server.node("a").join();

      assertEquals(
          List.of(
              "127.0.0.1: a node tried to join with another shared key, and got nothing. Give it"
                  + " this server's key, or stop it"),
          log.lines());
      strangers.forEach(stranger -> assertFalse(stranger.helloSeen()));
      strangers.forEach(FakeNode::close);
    }
  }

  @Test
  void survivesGarbageAtThePort() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 50; i++) {
      try (Socket socket = new Socket("127.0.0.1", server.port())) {
        OutputStream out = socket.getOutputStream();
        byte[] garbage = new byte[random.nextInt(3000)];
        random.nextBytes(garbage);
        if (i % 3 == 0) {
          out.write(greeting());
        }
        if (i % 5 == 0) {
          // A frame that claims to be enormous.
          out.write(ByteBuffer.allocate(9).put((byte) 2).putLong(1L << (i % 40)).array());
        }
        out.write(garbage);
      } catch (IOException e) {
        // The server has hung up, as it should.
      }
    }

    aNodeCanStillWork();
  }

  @Test
  void damagedMessagesChangeNothingAndFillNoLog() {
    try (LogLines log = new LogLines("io.directord.server.dispatch.Core")) {
      FakeNode node = server.node("bad").join();
      Random random = new Random(3);
      for (int i = 0; i < 200; i++) {
        byte[] frame = new byte[random.nextInt(400)];
        random.nextBytes(frame);
        node.sendRaw(List.of(frame));
      }
      node.sendRaw(List.of(ConnectionNotice.GONE));

      aNodeCanStillWork();
      // The other node may be heard before all of this one's.
      await().until(() -> log.lines().size() >= 11);

      assertEquals(11, log.lines().size(), log.lines()::toString);
      String line = log.lines().get(0);
      assertTrue(line.startsWith("node bad at 127.0.0.1: undecodable message: "), line);
      Job job = TestServer.job("bad");
      server.submit(job);
      await().until(() -> node.jobs().contains(job.id()));
    }
  }

  @Test
  void aLargeResultIsTakenOnlyByWhoHasAskedForRoom() {
    String text = "x".repeat(1 << 20);
    FakeNode unasked = server.node("unasked").join();
    FakeNode asking = server.node("asking").join();
    Job job = TestServer.job("unasked", "asking");
    server.submit(job);
    await().until(() -> unasked.jobs().size() == 1 && asking.jobs().size() == 1);
    List<byte[]> result =
        NodeCodec.encode(new NodeMessage.Ended("RUN", FakeNode.success(job.id(), text))).toBytes();
    long bytes = InboundConnection.sizeOf(Frames.length(result), result.size());

    asking.send(new NodeMessage.RoomWanted(bytes));
    await().until(() -> !asking.all(ServerMessage.RoomGranted.class).isEmpty());
    asking.sendRaw(result);
    await().until(() -> server.summary(job.id()).succeeded() == 1);
    try (LogLines log = new LogLines(JobSocket.class)) {
      unasked.sendRaw(result);
      await().until(() -> !log.lines().isEmpty());
      assertTrue(log.lines().get(0).contains("which it was not given room for"));
    }
    assertEquals(1, server.summary(job.id()).succeeded());
    assertTrue(server.view(job.id()).nodes().stream().anyMatch(node -> node.stdout().equals(text)));
  }

  @Test
  void whyTheConnectionOfANodeIsEndedIsToldWithTheNodesName() {
    try (LogLines log = new LogLines("io.directord.server.dispatch.Membership")) {
      FakeNode greedy = server.node("greedy").join();

      greedy.send(new NodeMessage.RoomWanted(1L << 40));

      await()
          .until(
              () -> {
                greedy.heartbeat();
                return log.lines().stream()
                    .anyMatch(
                        line ->
                            line.equals(
                                "node greedy at 127.0.0.1 left: its connection was ended: it asks"
                                    + " for room for a message of 1099511627776 bytes"));
              });
    }
  }

  @Test
  void withKeyFilesOnlyKnownKeysAreAdmitted() throws Exception {
    CurveKeyPair serverKeys = CurveKeyPair.generate();
    CurveKeyPair known = CurveKeyPair.generate();
    var security =
        new LinkSecurity.KeyFiles(
            serverKeys, Map.of(Z85.encode(known.publicKey()), Set.of("a", "b")));
    List<NodeAddress> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
    JobSocket socket =
        new JobSocket("127.0.0.1", 0, security, memory(), new Refusals(CLOCK), CLOCK, e -> {});
    TestThreads threads = new TestThreads();
    socket.start(new Hearing(heard), threads);
    try (FakeNode stranger =
            new FakeNode("b", socket.port(), serverKeys.publicKey(), CurveKeyPair.generate());
        FakeNode friend = new FakeNode("a", socket.port(), serverKeys.publicKey(), known)) {
      stranger.heartbeat();
      friend.heartbeat();

      await().until(() -> !heard.isEmpty());
      assertEquals(Z85.encode(known.publicKey()), heard.get(0).credential().text());
      assertEquals(Set.of("a", "b"), heard.get(0).identities());
      assertFalse(stranger.helloSeen());
    } finally {
      socket.close();
      assertEquals(List.of(), threads.deaths());
    }
    assertEquals(1, heard.size());
  }

  @Test
  void aConnectionThatNeverSpeaksIsEndedAndOneThatHasSpokenIsNot() throws Exception {
    CurveKeyPair serverKeys = CurveKeyPair.generate();
    List<NodeAddress> heard = new java.util.concurrent.CopyOnWriteArrayList<>();
    JobSocket socket =
        new JobSocket(
            "127.0.0.1",
            0,
            new LinkSecurity.Shared(serverKeys, null),
            Duration.ofSeconds(1),
            memory(),
            new Refusals(CLOCK),
            CLOCK,
            e -> {});
    TestThreads threads = new TestThreads();
    socket.start(new Hearing(heard), threads);
    try (FakeNode node =
            new FakeNode("a", socket.port(), serverKeys.publicKey(), CurveKeyPair.generate());
        Socket silent = new Socket("127.0.0.1", socket.port());
        Socket handshaking = new Socket("127.0.0.1", socket.port())) {
      // While its time is not up.
      handshaking.getOutputStream().write(greeting());
      // What it says first may go on a connection that was too slow and is ended as well.
      await()
          .pollInterval(Duration.ofMillis(100))
          .until(
              () -> {
                node.heartbeat();
                return !heard.isEmpty();
              });

      for (Socket line : List.of(silent, handshaking)) {
        line.setSoTimeout(240_000);
        assertTrue(line.getInputStream().readAllBytes().length > 0, "the server's greeting");
      }

      int before = heard.size();
      node.heartbeat();
      await().until(() -> heard.size() > before);
      heard.forEach(one -> assertSame(heard.get(0), one));
    } finally {
      socket.close();
      assertEquals(List.of(), threads.deaths());
    }
  }

  private static ResultMemory memory() {
    return new ResultMemory(MemoryBudget.ofThisProcess());
  }

  private record Hearing(List<NodeAddress> heard) implements TransportListener {
    @Override
    public void received(NodeAddress peer, NodeMessage message, long reserved) {
      heard.add(peer);
    }

    @Override
    public void undecodable(NodeAddress peer, UUID job, String why, long reserved) {
      throw new AssertionError(why);
    }

    @Override
    public void endOfBatch() {}

    @Override
    public void gone(NodeAddress peer) {}
  }

  private void aNodeCanStillWork() {
    server.node("good").succeeding().join();
    Job job = TestServer.job("good");
    server.submit(job);
    await().until(() -> server.summary(job.id()).succeeded() == 1);
  }

  /** ZMTP 3.1, mechanism CURVE. */
  private static byte[] greeting() {
    ByteBuffer greeting = ByteBuffer.allocate(64);
    greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 1);
    greeting.put("CURVE".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return greeting.array();
  }
}

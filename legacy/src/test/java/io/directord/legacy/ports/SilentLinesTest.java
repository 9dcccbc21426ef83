package io.directord.legacy.ports;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.security.CurveKeyPair;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.server.LogLines;
import io.directord.server.TestThreads;
import io.directord.server.link.NodeAddress;
import io.directord.server.link.Refusals;
import io.directord.server.link.TransportListener;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(300)
class SilentLinesTest {
  private final List<String> machines = new CopyOnWriteArrayList<>();
  private final TestThreads threads = new TestThreads();
  private final Refusals refusals = new Refusals(Clock.systemUTC());

  private final TransportListener listener =
      new TransportListener() {
        @Override
        public void received(NodeAddress peer, NodeMessage message, long reserved) {
          machines.add(((Heartbeat) message).machineId());
        }

        @Override
        public void undecodable(NodeAddress peer, UUID job, String why, long reserved) {
          throw new AssertionError(why);
        }

        @Override
        public void endOfBatch() {}

        @Override
        public void gone(NodeAddress peer) {}
      };

  @Test
  void aConnectionWhoseNameWasTakenIsHeardOnceTheNameIsFree() throws Exception {
    LegacyContents contents = new LegacyContents(new FakeContents(0));
    LegacyJobSocket socket = socket(contents);
    socket.start(listener, threads);
    try (ZContext context = new ZContext(1)) {
      ZMQ.Socket first = connected(context, socket.port());
      beat(first, "first");
      await().until(() -> machines.contains("first"));
      ZMQ.Socket second = connected(context, socket.port());
      beat(second, "second");
      await().during(Duration.ofMillis(800)).until(() -> !machines.contains("second"));
      first.close();
      await()
          .until(
              () -> {
                beat(second, "second");
                return machines.contains("second");
              });
    } finally {
      socket.close();
      contents.close();
    }
    assertEquals(List.of(), threads.deaths());
  }

  /** The library of such a client gives up for good, and says nothing either. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aClientWithAnotherAuthenticationIsSaidToHaveTried(boolean curve) throws Exception {
    LegacyContents contents = new LegacyContents(new FakeContents(0));
    LegacyJobSocket socket = socket(contents);
    socket.start(listener, threads);
    try (LogLines log = new LogLines(LegacyJobSocket.class);
        ZContext context = new ZContext(1)) {
      ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
      if (curve) {
        CurveKeyPair keys = CurveKeyPair.generate();
        dealer.setCurveServerKey(CurveKeyPair.generate().publicKey());
        dealer.setCurvePublicKey(keys.publicKey());
        dealer.setCurveSecretKey(keys.secretKey());
      }
      dealer.connect("tcp://127.0.0.1:" + socket.port());
      await().until(() -> !log.lines().isEmpty());
      String line = log.lines().get(0);
      assertTrue(line.startsWith("127.0.0.1: its connection to the legacy job port ended"), line);
      await().until(() -> !refusals.all().isEmpty());
      assertEquals(1, refusals.all().size());
      assertEquals("127.0.0.1", refusals.all().get(0).address());
    } finally {
      socket.close();
      contents.close();
    }
    assertEquals(List.of(), threads.deaths());
  }

  @Test
  void whatOnlyTriesWhetherThePortIsOpenIsNotedAsThat() throws Exception {
    LegacyContents contents = new LegacyContents(new FakeContents(0));
    LegacyJobSocket socket = socket(contents);
    socket.start(listener, threads);
    try {
      new Socket("127.0.0.1", socket.port()).close();
      await().until(() -> !refusals.all().isEmpty());
      String reason = refusals.all().get(0).reason();
      assertTrue(reason.contains("it only tried whether the port is open"), reason);
    } finally {
      socket.close();
      contents.close();
    }
  }

  @Test
  void aClientWithAnotherSharedKeyIsNotedAsThat() throws Exception {
    LegacyContents contents = new LegacyContents(new FakeContents(0));
    LegacyJobSocket socket = socket(contents);
    socket.start(listener, threads);
    LegacyPeer peer = new LegacyPeer(socket.port(), "a", "another");
    try {
      await().until(() -> !refusals.all().isEmpty());
      assertEquals(1, refusals.all().size(), () -> refusals.all().toString());
      assertTrue(refusals.all().get(0).reason().contains("another shared key"));
    } finally {
      peer.close();
      socket.close();
      contents.close();
    }
  }

  private LegacyJobSocket socket(LegacyContents contents) throws Exception {
    return new LegacyJobSocket(
        null,
        "127.0.0.1",
        0,
        "key",
        contents,
        Duration.ofSeconds(2),
        new ResultMemory(MemoryBudget.ofThisProcess()),
        refusals,
        Clock.systemUTC(),
        threads.deaths()::add);
  }

  private static ZMQ.Socket connected(ZContext context, int port) {
    ZMQ.Socket dealer = context.createSocket(SocketType.DEALER);
    dealer.setHandshakeIvl(500);
    dealer.setIdentity("a".getBytes(StandardCharsets.US_ASCII));
    dealer.setPlainUsername("admin");
    dealer.setPlainPassword("key");
    dealer.connect("tcp://127.0.0.1:" + port);
    return dealer;
  }

  private static void beat(ZMQ.Socket dealer, String machine) {
    String data = "{\"machine_id\": \"" + machine + "\", \"version\": \"0.12.0\"}";
    for (String frame : List.of("id", "\u0005", "\0", data, "\0", "\0")) {
      dealer.sendMore(frame);
    }
    dealer.send("\0");
  }
}

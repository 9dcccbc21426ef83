package zmq.io.net.tcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.directord.zeromq.CryptoBox;
import io.directord.zeromq.Inbound;
import io.directord.zeromq.Received;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class TcpListenerTest {
  private static final int HANDSHAKES = 300;
  private static final long SLOW_MILLIS = 5;
  private static final Inbound.Limits LIMITS = new Inbound.Limits(1000, 3000, 4, 5000, 1_000_000);

  private final ZContext context = new ZContext(1);
  private final ZContext peers = new ZContext(1);
  private final List<Socket> strangers = new ArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger begun = new AtomicInteger();
  private final byte[] secretKey = secretKey();
  private final ZMQ.Socket router = context.createSocket(SocketType.ROUTER);

  @AfterEach
  void close() throws IOException {
    for (Socket stranger : strangers) {
      stranger.close();
    }
    peers.close();
    context.close();
  }

  @Test
  void theLibraryRunsOurClassAndNotItsOwn() {
    assertEquals(
        Inbound.class.getProtectionDomain().getCodeSource(),
        TcpListener.class.getProtectionDomain().getCodeSource());
  }

  @Test
  void hundredsOfSlowHandshakesAtOnceAreAllMadeAndNoneIsBegunTwice() {
    String endpoint = bind();
    for (int i = 0; i < HANDSHAKES; i++) {
      peer(endpoint).send("here");
    }

    for (int i = 0; i < HANDSHAKES; i++) {
      read();
    }

    assertEquals(HANDSHAKES, accepted.get());
    assertEquals(HANDSHAKES, begun.get());
  }

  @Test
  void strangersWhoGreetAndSayNothingMoreDoNotHoldTheDoorShut() throws IOException {
    String endpoint = bind();
    int port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
    byte[] greeting =
        ByteBuffer.allocate(64)
            .put((byte) 0xff)
            .putLong(1)
            .put((byte) 0x7f)
            .put((byte) 3)
            .put((byte) 1)
            .put("CURVE".getBytes(StandardCharsets.US_ASCII))
            .array();
    for (int i = 0; i < HANDSHAKES; i++) {
      Socket stranger = new Socket(InetAddress.getLoopbackAddress(), port);
      strangers.add(stranger);
      stranger.getOutputStream().write(greeting);
    }

    peer(endpoint).send("here");

    read();
  }

  private String bind() {
    new Inbound(LIMITS, (peer, why) -> {}).guard(router, null);
    router.setCurveServer(true);
    router.setCurveSecretKey(secretKey);
    router.setBacklog(2 * HANDSHAKES);
    router.setEventHook(
        event -> {
          if (event.getEvent() == org.zeromq.ZMonitor.Event.ACCEPTED) {
            accepted.incrementAndGet();
          } else {
            begun.incrementAndGet();
            slowly();
          }
        },
        ZMQ.EVENT_ACCEPTED | ZMQ.EVENT_HANDSHAKE_PROTOCOL);
    router.bind("tcp://127.0.0.1:*");
    return router.getLastEndpoint();
  }

  /** On the library's thread, as cryptography is. */
  private static void slowly() {
    try {
      Thread.sleep(SLOW_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ZMQ.Socket peer(String endpoint) {
    byte[] own = secretKey();
    ZMQ.Socket peer = peers.createSocket(SocketType.DEALER);
    peer.setHandshakeIvl(0);
    peer.setCurvePublicKey(CryptoBox.publicKey(own));
    peer.setCurveSecretKey(own);
    peer.setCurveServerKey(CryptoBox.publicKey(secretKey));
    peer.connect(endpoint);
    return peer;
  }

  private void read() {
    router.setReceiveTimeOut(240_000);
    assertNotNull(router.base().recv(0), "a message comes");
    assertEquals(
        "here", new String(Received.poll(router).frames().get(0), StandardCharsets.US_ASCII));
  }

  private static byte[] secretKey() {
    byte[] key = new byte[CryptoBox.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    return key;
  }
}

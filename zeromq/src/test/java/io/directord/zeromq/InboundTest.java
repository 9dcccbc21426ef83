package io.directord.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class InboundTest {
  private static final int TIMEOUT_MILLIS = 240_000;
  private static final int MORE = 1;
  private static final int LARGE = 2;
  private static final Inbound.Limits LIMITS = new Inbound.Limits(1000, 3000, 4, 5000, 20_000);

  private final List<String> ended = new CopyOnWriteArrayList<>();
  private final ZContext context = new ZContext(1);
  private final ZMQ.Socket router = context.createSocket(SocketType.ROUTER);
  private Inbound inbound = new Inbound(LIMITS, (peer, why) -> ended.add(why));
  private final List<Socket> peers = new ArrayList<>();
  private int port;

  /** It bounds a hang, and measures nothing. */
  @BeforeAll
  static void setTimeout() {
    Awaitility.setDefaultTimeout(Duration.ofSeconds(240));
  }

  @AfterEach
  void close() throws IOException {
    for (Socket peer : peers) {
      peer.close();
    }
    context.close();
  }

  @Test
  void framesWithoutEndEndTheConnection() throws Exception {
    Socket peer = peer();
    for (int i = 0; i < 5; i++) {
      send(peer, MORE, 0);
    }
    assertCloses(peer);
    assertEquals(List.of("a message of more than 4 frames"), ended);
    await().until(() -> inbound.queued() == 0);
  }

  @Test
  void aMessageThatIsTooLongEndsTheConnection() throws Exception {
    Socket peer = peer();
    send(peer, MORE, 1000);
    send(peer, MORE, 1000);
    send(peer, 0, 1000);
    assertCloses(peer);
    assertEquals(1, ended.size());
    await().until(() -> inbound.queued() == 0);
  }

  @Test
  void nothingIsCountedOfAConnectionThatEndedWithinAMessage() throws Exception {
    for (int i = 0; i < 30; i++) {
      Socket peer = peer();
      send(peer, MORE, 1000);
      peer.close();
    }
    await().until(() -> inbound.queued() == 0);
    Socket peer = peer();
    send(peer, 0, 10);
    assertNotNull(read());
    assertEquals(List.of(), ended);
  }

  @Test
  void messagesThatNobodyReadsWaitInTheNetworkAndNoneIsLost() throws Exception {
    Socket peer = peer();
    Thread sender =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 20_000; i++) {
                  send(peer, 0, 500);
                }
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    sender.start();
    await().until(() -> inbound.queued() > LIMITS.connectionBytes());
    assertTrue(inbound.queued() < LIMITS.connectionBytes() + 1000);
    for (int i = 0; i < 20_000; i++) {
      Received message = read();
      assertEquals(500, message.frames().get(0).length);
    }
    sender.join();
    assertEquals(0, inbound.queued());
    assertEquals(List.of(), ended);
  }

  @Test
  void tooManyMessagesThatAreBegunEndTheConnectionsThatBeginMore() throws Exception {
    for (int i = 0; i < 30; i++) {
      send(peer(), MORE, 1000);
    }
    await().until(() -> !ended.isEmpty());
    assertTrue(inbound.queued() <= LIMITS.totalBytes() + 1200, () -> "" + inbound.queued());
  }

  @Test
  void roomThatIsGrantedIsForOneMessage() throws Exception {
    Socket peer = peer();
    send(peer, 0, 10);
    InboundConnection connection = read().metadata().connection();
    assertTrue(connection.grant(InboundConnection.sizeOf(4000, 4)));
    for (int round = 0; round < 2; round++) {
      sendAtOnce(peer, 4, 1000);
    }
    assertEquals(4, read().frames().size());
    assertCloses(peer);
    assertEquals(1, ended.size());
  }

  @Test
  void longFramesAreBoundedTogetherHoweverManyAnnounceThem() throws Exception {
    bind(1 << 20);
    List<Socket> many = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Socket peer = peer();
      many.add(peer);
      announce(peer, 1 << 20);
    }
    assertEquals(List.of(), ended, "announcing costs nothing");
    for (Socket peer : many) {
      peer.getOutputStream().write(new byte[1500]);
    }
    await().until(() -> !ended.isEmpty());
  }

  @Test
  void aFrameThatIsTooLongIsToldWithItsSizeAndTheLimit() throws Exception {
    bind(2000);
    announce(peer(), 2001);
    await().until(() -> !ended.isEmpty());
    announce(peer(), -1);
    await().until(() -> ended.size() == 2);
    assertEquals(
        List.of(
            "a frame of 2001 bytes; the maximum is 2000",
            "a frame of 18446744073709551615 bytes; the maximum is 2000"),
        ended);
  }

  @Test
  void aLongFrameArrivesWhole() throws Exception {
    Inbound.Limits wide = new Inbound.Limits(1000, 1 << 20, 4, 1 << 20, 4 << 20);
    inbound = new Inbound(wide, (who, why) -> ended.add(why));
    Socket peer = peer();
    byte[] body = new byte[300_000];
    body[299_999] = 7;
    announce(peer, body.length);
    peer.getOutputStream().write(body);
    Received message = read();
    assertEquals(300_000, message.frames().get(0).length);
    assertEquals(7, message.frames().get(0)[299_999]);
    assertEquals(List.of(), ended);
  }

  @Test
  void aFrameThatIsNotNeededAnyMoreIsTheMemoryOfTheNextOfItsLength() throws Exception {
    Socket peer = peer();
    send(peer, 0, 900);
    byte[] first = read().frames().get(0);
    first[0] = 7;
    inbound.reuse(first);
    send(peer, 0, 899);
    assertEquals(899, read().frames().get(0).length);
    send(peer, 0, 900);
    byte[] second = read().frames().get(0);
    assertSame(first, second);
    assertEquals(0, second[0]);
    send(peer, 0, 900);
    assertNotSame(second, read().frames().get(0));
  }

  private Received read() {
    router.setReceiveTimeOut(TIMEOUT_MILLIS);
    assertNotNull(router.base().recv(0), "a message comes");
    return Received.poll(router);
  }

  private void bind(long maxFrameBytes) {
    router.setMaxMsgSize(maxFrameBytes);
    inbound.guard(router, null);
    router.bind("tcp://127.0.0.1:*");
    String endpoint = router.getLastEndpoint();
    port = Integer.parseInt(endpoint.substring(endpoint.lastIndexOf(':') + 1));
  }

  /** One that has completed its handshake. */
  private Socket peer() throws IOException {
    if (port == 0) {
      bind(-1);
    }
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    peers.add(socket);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    ByteBuffer greeting = ByteBuffer.allocate(64);
    greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 1);
    greeting.put("NULL".getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(greeting.array());
    in.readFully(new byte[64]);
    byte[] ready = "\5READY\13Socket-Type\0\0\0\6DEALER".getBytes(StandardCharsets.US_ASCII);
    socket.getOutputStream().write(4);
    socket.getOutputStream().write(ready.length);
    socket.getOutputStream().write(ready);
    in.readUnsignedByte();
    in.readFully(new byte[in.readUnsignedByte()]);
    return socket;
  }

  private static void announce(Socket peer, long bytes) throws IOException {
    byte[] header = ByteBuffer.allocate(9).put((byte) LARGE).putLong(bytes).array();
    peer.getOutputStream().write(header);
  }

  private static void send(Socket peer, int flags, int bytes) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(9 + bytes);
    OutputStream out = peer.getOutputStream();
    out.write(frame.put((byte) (flags | LARGE)).putLong(bytes).array());
  }

  /** A message of several frames. One that ends its connection cannot be sent piece by piece. */
  private static void sendAtOnce(Socket peer, int frames, int bytes) throws IOException {
    ByteBuffer message = ByteBuffer.allocate(frames * (9 + bytes));
    for (int i = 0; i < frames; i++) {
      int flags = i < frames - 1 ? MORE | LARGE : LARGE;
      message.position(i * (9 + bytes)).put((byte) flags).putLong(bytes);
    }
    peer.getOutputStream().write(message.array());
  }

  private static void assertCloses(Socket peer) throws IOException {
    peer.setSoTimeout(TIMEOUT_MILLIS);
    try {
      peer.getInputStream().readAllBytes();
    } catch (java.net.SocketException e) {
      // Reset: what was sent after the end was not read.
    }
  }
}

package io.directord.server.link.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestThreads;
import io.directord.server.link.NoIntakes;
import io.directord.server.link.NoRequests;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is said of connections that end before anybody was heard on them. */
class EndedConnectionsTest {
  private static final byte[] SIGNATURE = {(byte) 0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f};

  private final LogLines log = new LogLines(ContentSocket.class);
  private final TestThreads threads = new TestThreads();
  private ContentSocket socket;

  @BeforeEach
  void start() throws IOException {
    socket =
        new ContentSocket(
            "127.0.0.1",
            0,
            new NoRequests(),
            new NoIntakes(),
            new TestClock(),
            System::nanoTime,
            threads.deaths()::add);
    socket.start(threads);
  }

  @AfterEach
  void stop() {
    socket.close();
    log.close();
    assertEquals(List.of(), threads.deaths());
  }

  @Test
  void aPeerThatClosesInItsHandshakeIsNotSaidToBreakTheProtocol() throws IOException {
    try (Socket peer = connected()) {
      peer.getOutputStream().write(SIGNATURE);
      peer.getInputStream().readNBytes(SIGNATURE.length);
    }

    String line = onlyLine();
    assertTrue(line.contains("ended before its handshake was over"), line);
    assertFalse(line.contains("breaks the protocol"), line);
  }

  @Test
  void aPeerThatBreaksTheProtocolIsSaidTo() throws IOException {
    try (Socket peer = shaken()) {
      peer.getOutputStream().write(new byte[] {4, 5, 'H', 'E', 'L', 'L', 'O'});
      assertEquals(-1, end(peer));
    }

    String line = onlyLine();
    assertTrue(line.contains("breaks the protocol"), line);
  }

  @Test
  void aPeerThatLeavesAfterItsHandshakeIsNothingToSpeakOf() throws IOException {
    try (Socket peer = shaken()) {
      ready(peer);
    }
    aPeerThatClosesInItsHandshakeIsNotSaidToBreakTheProtocol();
  }

  private String onlyLine() {
    await().until(() -> !log.lines().isEmpty());
    assertEquals(1, log.lines().size(), log.lines().toString());
    return log.lines().get(0);
  }

  private Socket connected() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), socket.port());
  }

  /** A connection on which greetings were exchanged. */
  private Socket shaken() throws IOException {
    Socket peer = connected();
    byte[] greeting = new byte[64];
    System.arraycopy(SIGNATURE, 0, greeting, 0, SIGNATURE.length);
    greeting[10] = 3;
    System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
    peer.getOutputStream().write(greeting);
    new DataInputStream(peer.getInputStream()).readFully(new byte[64]);
    return peer;
  }

  /** Exchanges READY, the end of a handshake without keys. */
  private static void ready(Socket peer) throws IOException {
    byte[] ready = "\5READY\13Socket-Type\0\0\0\6DEALER".getBytes(StandardCharsets.US_ASCII);
    peer.getOutputStream().write(4);
    peer.getOutputStream().write(ready.length);
    peer.getOutputStream().write(ready);
    DataInputStream in = new DataInputStream(peer.getInputStream());
    assertEquals(4, in.read());
    in.readFully(new byte[in.read()]);
  }

  private static int end(Socket peer) throws IOException {
    int next = peer.getInputStream().read();
    while (next >= 0) {
      next = peer.getInputStream().read();
    }
    return next;
  }
}

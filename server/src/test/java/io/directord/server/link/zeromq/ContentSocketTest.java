package io.directord.server.link.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.ContentCodec;
import io.directord.common.wire.ContentMessage;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.Frames;
import io.directord.server.LogLines;
import io.directord.server.TestClock;
import io.directord.server.TestThreads;
import io.directord.server.link.ContentSource;
import io.directord.server.link.NoIntakes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

class ContentSocketTest {

  private final AtomicInteger made = new AtomicInteger();
  private final AtomicInteger unreleased = new AtomicInteger();
  private final AtomicLong nanoTime = new AtomicLong();
  private volatile boolean outOfMemory;
  private volatile boolean slowDisk;
  private final TestThreads threads = new TestThreads();
  private final ZContext context = new ZContext(1);
  private ContentSocket socket;

  @BeforeEach
  void start() throws IOException {
    socket =
        new ContentSocket(
            "127.0.0.1",
            0,
            new Source(),
            new NoIntakes(),
            new TestClock(),
            this::elevenSecondsLater,
            threads.deaths()::add);
    socket.start(threads);
  }

  /** Makes every chunk at once, or none, and says that memory is short when a test wants it so. */
  private final class Source implements ContentSource<ContentMessage.Request> {
    @Override
    public void ask(ContentMessage.Request request, Consumer<Answer> then) {
      if (slowDisk) {
        return;
      }
      made.incrementAndGet();
      unreleased.incrementAndGet();
      var chunk =
          new ContentMessage.Chunk(
              request.ticket(), request.chunk(), new byte[Delivery.CHUNK_BYTES + 16]);
      then.accept(new Answer(ContentCodec.encode(chunk).toBytes(), unreleased::decrementAndGet));
    }

    @Override
    public boolean isOutOfMemory() {
      return outOfMemory;
    }
  }

  /** Every time the clock is looked at. */
  private long elevenSecondsLater() {
    return nanoTime.addAndGet(Duration.ofSeconds(11).toNanos());
  }

  @AfterEach
  void stop() {
    context.close();
    socket.close();
    assertEquals(List.of(), threads.deaths());
  }

  @Test
  void answersEveryRequestInOrder() throws Exception {
    ZMQ.Socket node = node(1000);
    for (int chunk = 0; chunk < 30; chunk++) {
      request(node, chunk);
    }

    for (int chunk = 0; chunk < 30; chunk++) {
      ContentMessage.Chunk answer = assertInstanceOf(ContentMessage.Chunk.class, receive(node));
      assertEquals(chunk, answer.chunk());
      assertEquals(Delivery.CHUNK_BYTES + 16, answer.sealed().length);
    }
    await().until(() -> unreleased.get() == 0);
  }

  @Test
  void makesNoChunksForANodeThatDoesNotTakeThem() throws Exception {
    ZMQ.Socket stuck = node(1);
    stuck.setReceiveBufferSize(1 << 16);
    for (int chunk = 0; chunk < 60; chunk++) {
      request(stuck, chunk);
    }
    ZMQ.Socket brisk = node(1000);
    for (int chunk = 0; chunk < 20; chunk++) {
      request(brisk, chunk);
      assertInstanceOf(ContentMessage.Chunk.class, receive(brisk));
    }

    // Those in the operating system's buffers come on top of the few in the queues.
    assertTrue(made.get() - 20 < 50, "made " + made.get());
  }

  @Test
  void whoTakesNothingWhileMemoryIsShortIsDisconnectedAndHoldsNothing() throws Exception {
    try (Socket stuck = joined();
        LogLines log = new LogLines(ContentSocket.class)) {
      for (int chunk = 0; chunk < 60; chunk++) {
        List<byte[]> frames =
            ContentCodec.encode(new ContentMessage.Request(new byte[32], chunk)).toBytes();
        for (byte[] frame : frames) {
          stuck.getOutputStream().write(new byte[] {0, (byte) frame.length});
          stuck.getOutputStream().write(frame);
        }
      }
      await().until(() -> unreleased.get() > 0);
      outOfMemory = true;
      ZMQ.Socket waiting = node(1000);
      request(waiting, 1);
      await()
          .until(
              () -> {
                sayThatItLives(stuck);
                return unreleased.get() == 0;
              });
      assertTrue(
          log.lines().toString().contains("does not take the content"), log.lines()::toString);
    }
    outOfMemory = false;
    ZMQ.Socket node = node(1000);
    request(node, 1);
    assertInstanceOf(ContentMessage.Chunk.class, receive(node));
  }

  @Test
  void whatANodeAsksForInExcessIsDroppedAndTheLogSaysHowMuch() throws Exception {
    int asked = 60;
    int waiting = 32;
    int underWay = 3;
    slowDisk = true;
    try (LogLines log = new LogLines(ContentDesk.class)) {
      ZMQ.Socket greedy = node(1000);
      for (int chunk = 0; chunk < asked; chunk++) {
        request(greedy, chunk);
      }

      await().until(() -> dropped(log) >= asked - waiting - underWay);
      assertTrue(dropped(log) <= asked - waiting, log.lines()::toString);
      assertTrue(log.lines().get(0).contains("the last from 127.0.0.1:"), log.lines()::toString);
    }
  }

  /** All that the log tells together. */
  private static int dropped(LogLines log) {
    return Pattern.compile("dropped (\\d+) request")
        .matcher(log.lines().toString())
        .results()
        .mapToInt(count -> Integer.parseInt(count.group(1)))
        .sum();
  }

  private static void sayThatItLives(Socket peer) {
    try {
      peer.getOutputStream().write("\4\5\4PONG".getBytes(StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      // It is disconnected.
    }
  }

  /** Has said and read the handshake; the library forgets to begin with some connections. */
  private Socket joined() throws IOException {
    for (int i = 0; i < 20; i++) {
      Socket peer = new Socket();
      peer.setReceiveBufferSize(1 << 12);
      peer.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), socket.port()));
      peer.setSoTimeout(1000);
      peer.getOutputStream().write(greeting());
      try {
        peer.getInputStream().readNBytes(80);
        return peer;
      } catch (SocketTimeoutException e) {
        peer.close();
      }
    }
    throw new IOException("no handshake");
  }

  /** Version 3.1, mechanism NULL, and READY of a DEALER. */
  private static byte[] greeting() {
    byte[] ready = "\5READY\13Socket-Type\0\0\0\6DEALER".getBytes(StandardCharsets.ISO_8859_1);
    return ByteBuffer.allocate(64 + 2 + ready.length)
        .put((byte) 0xff)
        .putLong(1)
        .put((byte) 0x7f)
        .put((byte) 3)
        .put((byte) 1)
        .put("NULL".getBytes(StandardCharsets.US_ASCII))
        .position(64)
        .put((byte) 4)
        .put((byte) ready.length)
        .put(ready)
        .array();
  }

  @Test
  void ignoresWhatIsNotARequest() throws Exception {
    ZMQ.Socket node = node(1000);
    node.send(new byte[100]);
    node.send(new byte[0]);
    node.send(new byte[4000]);
    request(node, 5);

    assertEquals(5, assertInstanceOf(ContentMessage.Chunk.class, receive(node)).chunk());
    ZMQ.Socket greedy = node(1000);
    greedy.send(new byte[100_000]);
    ZMQ.Socket other = node(1000);
    request(other, 6);
    assertEquals(6, assertInstanceOf(ContentMessage.Chunk.class, receive(other)).chunk());
  }

  @Test
  void forgetsWhoIsGone() throws Exception {
    try (ZContext leaving = new ZContext(1)) {
      ZMQ.Socket node = node(leaving, 1);
      for (int chunk = 0; chunk < 60; chunk++) {
        request(node, chunk);
      }
      await().until(() -> made.get() > 0);
    }

    ZMQ.Socket node = node(1000);
    request(node, 1);
    assertInstanceOf(ContentMessage.Chunk.class, receive(node));
  }

  private ZMQ.Socket node(int receiveQueue) {
    return node(context, receiveQueue);
  }

  private ZMQ.Socket node(ZContext of, int receiveQueue) {
    ZMQ.Socket node = of.createSocket(SocketType.DEALER);
    node.setHandshakeIvl(500);
    node.setRcvHWM(receiveQueue);
    node.setReceiveTimeOut(240_000);
    node.connect("tcp://127.0.0.1:" + socket.port());
    return node;
  }

  private static void request(ZMQ.Socket node, int chunk) {
    List<byte[]> frames =
        ContentCodec.encode(new ContentMessage.Request(new byte[32], chunk)).toBytes();
    for (int i = 0; i < frames.size(); i++) {
      node.send(frames.get(i), i < frames.size() - 1 ? ZMQ.SNDMORE : 0);
    }
  }

  private static ContentMessage receive(ZMQ.Socket node) throws Exception {
    List<byte[]> frames = new ArrayList<>();
    do {
      frames.add(node.recv());
    } while (node.hasReceiveMore());
    return ContentCodec.decode(Frames.of(frames));
  }
}

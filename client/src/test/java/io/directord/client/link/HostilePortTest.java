package io.directord.client.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.link.zeromq.ServerAddress;
import io.directord.client.link.zeromq.ZeroMqDriver;
import io.directord.common.wire.Delivery;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody on the way answers in the server's place, where nothing is encrypted. */
class HostilePortTest {
  /** Frames of a message that has no end: forty megabytes. */
  private static final int ENDLESS = 20_000_000;

  private final AtomicInteger connections = new AtomicInteger();
  private final List<Throwable> deaths = new CopyOnWriteArrayList<>();
  private final AtomicLong frames = new AtomicLong();
  private ServerSocket listener;
  private Driver driver;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    driver =
        new ZeroMqDriver(
            ServerAddress.of(List.of("127.0.0.1"), listener.getLocalPort(), null, null),
            System::nanoTime,
            (thread, e) -> deaths.add(e));
    Thread thread = new Thread(this::serve, "hostile");
    thread.setDaemon(true);
    thread.start();
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
    driver.close();
    assertEquals(List.of(), deaths);
  }

  @Test
  void framesWithoutEndEndATransfersConnection() throws Exception {
    Delivery delivery =
        new Delivery(UUID.randomUUID(), "ab", 1000, 1000, new byte[32], new byte[32]);
    ContentFetcher fetcher = new ContentFetcher(driver, System::nanoTime);
    fetcher.port(listener.getLocalPort());
    Thread job =
        new Thread(
            () -> {
              try {
                fetcher.fetch(delivery, bytes -> {});
              } catch (Exception e) {
                // Cancelled, or hopeless.
                Thread.currentThread().interrupt();
              }
            });
    job.start();
    await().until(() -> connections.get() >= 3);
    job.interrupt();
    job.join();
    fetcher.close();
    assertTrue(frames.get() < ENDLESS, () -> frames + " frames were taken");
  }

  @Test
  void framesWithoutEndEndTheJobConnectionWhereNothingIsEncrypted() {
    try (Connection connection = driver.connect(warning -> {})) {
      await()
          .until(
              () -> {
                connection.await(10_000_000);
                while (connection.receive() != null) {
                  // Nothing is expected.
                }
                return connections.get() >= 3;
              });
    }
    assertTrue(frames.get() < ENDLESS, () -> frames + " frames were taken");
  }

  private void serve() {
    while (!listener.isClosed()) {
      try (Socket peer = listener.accept()) {
        DataInputStream in = new DataInputStream(peer.getInputStream());
        OutputStream out = peer.getOutputStream();
        ByteBuffer greeting = ByteBuffer.allocate(64);
        greeting.put((byte) 0xff).putLong(1).put((byte) 0x7f).put((byte) 3).put((byte) 1);
        greeting.put("NULL".getBytes(StandardCharsets.US_ASCII));
        out.write(greeting.array());
        in.readFully(new byte[64]);
        byte[] ready = "\5READY\13Socket-Type\0\0\0\6ROUTER".getBytes(StandardCharsets.US_ASCII);
        out.write(4);
        out.write(ready.length);
        out.write(ready);
        connections.incrementAndGet();
        byte[] more = new byte[2000];
        for (int i = 0; i < more.length; i += 2) {
          more[i] = 1;
        }
        for (int i = 0; i < ENDLESS; i += more.length / 2) {
          out.write(more);
          frames.addAndGet(more.length / 2);
        }
        // All was taken: the connection is left open, as one that waits for more.
        in.readAllBytes();
      } catch (IOException e) {
        // The client has ended the connection, or the test has.
        continue;
      }
    }
  }
}

package io.directord.client.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link Driver} does with a {@link Connection}, against a server of its kind. */
@Timeout(300)
public abstract class DriverContract {
  private static final int MANY = 1000;
  private static final long TURN = Duration.ofMillis(2).toNanos();

  private final List<String> warnings = new CopyOnWriteArrayList<>();
  private final List<List<byte[]>> received = new ArrayList<>();
  private Driver driver;
  private Server server;
  private Connection connection;

  /** The other end, which has one peer. */
  public interface Server extends AutoCloseable {
    /** The messages that have come, in order. */
    List<List<byte[]>> received();

    /** Sends a message to the peer that was heard last. */
    void send(List<byte[]> message);

    /** Reads nothing until it is called with false. */
    void pause(boolean paused);

    /** Ends as in a crash. */
    @Override
    void close();
  }

  /** A driver for a server at the place that {@link #server} uses. */
  protected abstract Driver driver() throws Exception;

  /** Starts a server, always at the same place. */
  protected abstract Server server() throws Exception;

  @AfterEach
  void close() {
    if (connection != null) {
      connection.close();
      assertDoesNotThrow(connection::wake);
    }
    driver.close();
    if (server != null) {
      server.close();
    }
  }

  @Test
  void takesNoMessageBeforeThereIsAServerAndWarnsThatThereIsNone() throws Exception {
    connect();

    await().until(() -> turn() && !warnings.isEmpty());

    assertFalse(connection.isUp());
    assertFalse(connection.cameUp());
    assertFalse(connection.send(message(0)));
    assertNull(connection.receive());
  }

  @Test
  void comesUpOnceAndMessagesOfSeveralFramesKeepTheirOrderBothWays() throws Exception {
    server = server();
    connect();
    awaitUp();
    assertFalse(connection.cameUp());

    for (int i = 0; i < MANY; i++) {
      assertTrue(connection.send(message(i)));
    }
    await().until(() -> turn() && server.received().size() == MANY);
    IntStream.range(0, MANY).forEach(i -> server.send(message(i)));
    List<List<byte[]>> received = new ArrayList<>();
    await().until(() -> turn() && receiveAll(received) == MANY);

    for (int i = 0; i < MANY; i++) {
      assertSame(message(i), server.received().get(i));
      assertSame(message(i), received.get(i));
    }
  }

  @Test
  void takesAllThatMayBeUnderWayThoughTheServerReadsNothing() throws Exception {
    server = server();
    connect();
    awaitUp();
    server.pause(true);

    for (int i = 0; i < Connection.MESSAGES; i++) {
      assertTrue(connection.send(message(i)), "message " + i);
    }

    server.pause(false);
    await().until(() -> turn() && server.received().size() == Connection.MESSAGES);
  }

  @Test
  void anyThreadEndsTheWaitOrTheNextOneAlsoIfItIsInterrupted() throws Exception {
    server = server();
    connect();
    awaitUp();

    connection.wake();
    connection.await(Long.MAX_VALUE / 4);
    Thread other =
        new Thread(
            () -> {
              Thread.currentThread().interrupt();
              connection.wake();
            });
    other.start();
    connection.await(Long.MAX_VALUE / 4);
    other.join();
  }

  @Test
  void noticesThatTheServerIsGoneAndComesUpAnewWithTheNext() throws Exception {
    server = server();
    connect();
    awaitUp();
    assertTrue(connection.send(message(1)));
    await().until(() -> turn() && server.received().size() == 1);

    server.close();
    await().until(() -> turn() && receiveAll(new ArrayList<>()) == 0 && !connection.isUp());
    assertFalse(connection.send(message(2)));
    assertFalse(warnings.isEmpty());

    server = server();
    awaitUp();
    assertTrue(connection.send(message(3)));
    await().until(() -> turn() && !server.received().isEmpty());
    assertSame(message(3), server.received().get(0));
  }

  protected final void connect() throws Exception {
    driver = driver();
    connection = driver.connect(warnings::add);
  }

  protected final void awaitUp() {
    await().until(() -> turn() && receiveAll(new ArrayList<>()) == 0 && connection.isUp());
    assertTrue(connection.cameUp());
  }

  /** On a connection that follows the one that was up. */
  protected final void awaitUpAgain() {
    await().until(() -> turn() && receiveAll(new ArrayList<>()) == 0 && connection.cameUp());
  }

  protected final boolean turn() {
    connection.await(TURN);
    return true;
  }

  /** What the connection has received since {@link #awaitUp}. */
  protected final List<List<byte[]>> received() {
    receiveAll(received);
    return received;
  }

  private int receiveAll(List<List<byte[]>> into) {
    for (List<byte[]> next = connection.receive(); next != null; next = connection.receive()) {
      into.add(next);
    }
    return into.size();
  }

  private static List<byte[]> message(int number) {
    return List.of(ByteBuffer.allocate(4).putInt(number).array(), new byte[] {7, 8});
  }

  private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
    assertEquals(expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), actual.get(i));
    }
  }
}

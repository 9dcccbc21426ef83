package io.directord.client.link.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.client.link.Connection;
import io.directord.client.link.Driver;
import io.directord.common.wire.ConnectionNotice;
import io.directord.nats.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;

@Timeout(300)
class ZeroMqConnectionTest {
  private static final String NOBODY = "nothing listens there";
  private static final String SILENT = "takes connections but does not answer";
  private static final String OTHER_KEY = "its shared key is most likely another one";
  private static final String LOST = "is lost";
  private static final String CUT = "the network has cut the connection";
  private static final int TIMEOUT_MILLIS = 240_000;
  private static final int SIGNATURE_BYTES = 10;
  private static final int GREETING_BYTES = 64;

  private final List<String> said = new CopyOnWriteArrayList<>();
  private long nanos;

  /** A server that starts takes connections before it has time for them. */
  @Test
  void theTimeToAnswerBeginsWhenTheServerTakesTheConnection() throws IOException {
    int port = FreePorts.next();
    try (Driver driver = driver(port);
        Connection connection = driver.connect(said::add)) {
      await().until(() -> turn(connection) && count(NOBODY) == 1);
      pass(Duration.ofSeconds(9));
      try (ServerSocket server = listener(port);
          Socket taken = server.accept()) {
        taken.getInputStream().readNBytes(SIGNATURE_BYTES);
        turn(connection);
        pass(Duration.ofSeconds(9));
        turn(connection);
        assertEquals(0, count(SILENT));
        pass(Duration.ofSeconds(9));
        turn(connection);
        assertEquals(1, count(SILENT));
      }
    }
  }

  /** A server that thousands of nodes come to greets each when it is its turn. */
  @Test
  void waitsForItsTurnOnTheSameConnectionAndTellsOnceThatItWaits() throws IOException {
    try (ServerSocket server = listener(0);
        Driver driver = driver(server.getLocalPort());
        Connection connection = driver.connect(said::add)) {
      turn(connection);
      try (Socket first = server.accept()) {
        first.getInputStream().readNBytes(SIGNATURE_BYTES);
        turn(connection);
        for (int i = 0; i < 28; i++) {
          pass(Duration.ofSeconds(1));
          turn(connection);
        }
        first.setSoTimeout(1000);
        assertThrows(SocketTimeoutException.class, first.getInputStream()::read, "it stays");
        assertEquals(1, count(SILENT));

        pass(Duration.ofSeconds(90));
        turn(connection);

        first.setSoTimeout(TIMEOUT_MILLIS);
        assertEquals(-1, first.getInputStream().read(), "it leaves in the end");
      }
      pass(Duration.ofSeconds(1));
      turn(connection);
      server.accept().close();
    }
  }

  /** A leader that is stopped still takes connections, while the other one has taken over. */
  @Test
  void ofSeveralServersAnotherIsTriedSoonWhenOneTakesConnectionsButDoesNotAnswer()
      throws IOException {
    try (ServerSocket stopped = listener(0);
        ZContext context = new ZContext();
        Driver driver = driver(List.of("127.0.0.1", "127.0.0.2"), stopped.getLocalPort());
        Connection connection = driver.connect(said::add)) {
      ZMQ.Socket leads = context.createSocket(SocketType.ROUTER);
      leads.setHelloMsg(ConnectionNotice.HELLO);
      leads.bind("tcp://127.0.0.2:" + stopped.getLocalPort());
      turn(connection);
      try (Socket taken = stopped.accept()) {
        taken.getInputStream().readNBytes(SIGNATURE_BYTES);
        turn(connection);
        pass(Duration.ofSeconds(5));
        turn(connection);
        assertEquals(1, count(SILENT));
        // Long enough for the next address, and not for the timeout of what is tried then.
        pass(Duration.ofMillis(200));
        await().until(() -> turn(connection) && connection.receive() == null && connection.isUp());
      }
    }
  }

  /** A server that ends a handshake where its key is another one looks the same. */
  @Test
  void aHandshakeThatIsCutPointsToTheKeyOnlyIfThatNeverWorked() throws Exception {
    int port = FreePorts.next();
    try (Driver driver = driver(port);
        Connection connection = driver.connect(said::add)) {
      cutHandshake(port, connection);
      await().until(() -> turn(connection) && count(OTHER_KEY) == 1);
      try (ZContext context = new ZContext()) {
        ZMQ.Socket server = context.createSocket(SocketType.ROUTER);
        server.setHelloMsg(ConnectionNotice.HELLO);
        server.bind("tcp://127.0.0.1:" + port);
        await().until(() -> pass(connection) && connection.receive() == null && connection.isUp());
      }
      // Else what is cut may be a connection that it gives up itself.
      await().until(() -> turn(connection) && count(LOST) == 1);
      cutHandshake(port, connection);
      await().until(() -> turn(connection) && count(CUT) == 1);
      assertEquals(1, count(OTHER_KEY));
    }
  }

  private void cutHandshake(int port, Connection connection) throws IOException {
    try (ServerSocket server = listener(port)) {
      server.setSoTimeout(100);
      Socket taken = null;
      while (taken == null) {
        try {
          taken = server.accept();
        } catch (SocketTimeoutException e) {
          pass(connection);
          connection.receive();
        }
      }
      try (Socket peer = taken) {
        byte[] greeting = new byte[GREETING_BYTES];
        greeting[0] = (byte) 0xff;
        greeting[SIGNATURE_BYTES - 1] = 0x7f;
        greeting[SIGNATURE_BYTES] = 3;
        System.arraycopy("NULL".getBytes(StandardCharsets.US_ASCII), 0, greeting, 12, 4);
        peer.getOutputStream().write(greeting);
        // All that it says before it waits for the other side.
        peer.getInputStream().readNBytes(GREETING_BYTES);
      }
    }
  }

  private static ServerSocket listener(int port) throws IOException {
    ServerSocket listener = new ServerSocket(port, 5, InetAddress.getByName("127.0.0.1"));
    listener.setSoTimeout(TIMEOUT_MILLIS);
    return listener;
  }

  /** Its pauses between attempts go by this clock. */
  private boolean pass(Connection connection) {
    pass(Duration.ofMillis(100));
    return turn(connection);
  }

  private Driver driver(int port) {
    return driver(List.of("127.0.0.1"), port);
  }

  private Driver driver(List<String> hosts, int port) {
    ServerAddress address = ServerAddress.of(hosts, port, null, null);
    return new ZeroMqDriver(address, () -> nanos, (thread, e) -> said.add(e.toString()));
  }

  private long count(String text) {
    return said.stream().filter(line -> line.contains(text)).count();
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static boolean turn(Connection connection) {
    connection.await(TimeUnit.MILLISECONDS.toNanos(1));
    return true;
  }
}

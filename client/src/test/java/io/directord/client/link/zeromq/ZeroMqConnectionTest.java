package io.directord.client.link.zeromq;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.client.link.Connection;
import io.directord.client.link.Driver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ZeroMqConnectionTest {
  private static final String NOBODY = "nothing listens there";
  private static final String SILENT = "takes connections but does not answer";
  private static final int SIGNATURE_BYTES = 10;

  private final List<String> said = new CopyOnWriteArrayList<>();
  private long nanos;

  /** A server that starts takes connections before it has time for them. */
  @Test
  void theTimeToAnswerBeginsWhenTheServerTakesTheConnection() throws IOException {
    int port = freePort();
    try (Driver driver = driver(port);
        Connection connection = driver.connect(said::add)) {
      await().until(() -> turn(connection) && count(NOBODY) == 1);
      pass(Duration.ofSeconds(9));
      try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
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
    try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
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

        first.setSoTimeout(0);
        assertEquals(-1, first.getInputStream().read(), "it leaves in the end");
      }
      pass(Duration.ofSeconds(1));
      turn(connection);
      server.accept().close();
    }
  }

  private Driver driver(int port) {
    ServerAddress address = new ServerAddress("127.0.0.1", port, null, null);
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

  private static int freePort() throws IOException {
    try (ServerSocket any = new ServerSocket()) {
      any.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      return any.getLocalPort();
    }
  }
}

package io.directord.client.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.client.LogCapture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.zeromq.ZContext;

@Timeout(60)
class ConnectionTest {
  private static final String NOBODY = "nobody listens there";
  private static final String SILENT = "takes connections but does not answer";
  private static final int SIGNATURE_BYTES = 10;

  private final LogCapture log = new LogCapture();
  private long nanos;

  @BeforeEach
  void start() {
    log.start();
  }

  @AfterEach
  void stop() {
    log.stop();
  }

  /** A server that starts takes connections before it has time for them. */
  @Test
  void theTimeToAnswerBeginsWhenTheServerTakesTheConnection() throws IOException {
    int port = freePort();
    try (ZContext context = new ZContext(1);
        Wakeup wakeup = new Wakeup();
        Connection connection = connection(context, wakeup, port)) {
      await().until(() -> turn(connection) && log.count(NOBODY) == 1);
      pass(Duration.ofSeconds(9));
      try (ServerSocket server = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
          Socket taken = server.accept()) {
        taken.getInputStream().readNBytes(SIGNATURE_BYTES);
        turn(connection);
        pass(Duration.ofSeconds(9));
        turn(connection);
        assertEquals(0, log.count(SILENT));
        pass(Duration.ofSeconds(9));
        turn(connection);
        assertEquals(1, log.count(SILENT));
      }
    }
  }

  private Connection connection(ZContext context, Wakeup wakeup, int port) {
    return new Connection(
        context,
        new ServerAddress("127.0.0.1", port, null, null),
        new ServerHosts("127.0.0.1"),
        wakeup,
        new Notices(() -> nanos),
        () -> nanos);
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

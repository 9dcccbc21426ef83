package io.directord.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A NATS broker of the measurement's own, on a free port of the loopback interface. */
final class Broker implements AutoCloseable {
  private static final String PROGRAM = "nats-server";
  private static final String HOST = "127.0.0.1";

  private final Process process;
  private final int port;

  /**
   * @param directory for its log
   */
  Broker(Path directory) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      port = socket.getLocalPort();
    }
    process =
        Command.start(
            List.of(PROGRAM, "-a", HOST, "-p", Integer.toString(port)),
            Map.of(),
            directory.resolve("broker.log"));
  }

  /** What server and nodes are told of it. */
  Map<String, String> environment() {
    return Map.of(
        "DIRECTORD_DRIVER",
        "nats",
        "DIRECTORD_NATS_SERVER",
        "nats://" + HOST + ":" + port,
        Crowd.PORT,
        Integer.toString(port));
  }

  /** Processor seconds that it has used so far. */
  double seconds() {
    return process.toHandle().info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

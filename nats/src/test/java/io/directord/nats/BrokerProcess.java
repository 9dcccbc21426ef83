package io.directord.nats;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A nats-server of the test's own, on a free port of the loopback interface. */
public final class BrokerProcess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final List<Path> PROGRAMS =
      List.of(Path.of("/usr/sbin/nats-server"), Path.of("/usr/bin/nats-server"));

  private final int port;
  private final List<String> options;
  private Process process;

  private BrokerProcess(int port, List<String> options) {
    this.port = port;
    this.options = options;
  }

  /**
   * Starts one; the test is skipped if nats-server is not installed.
   *
   * @param options as on its command line
   */
  public static BrokerProcess start(String... options) {
    return start(FreePorts.next(), options);
  }

  /** Likewise at that port. */
  public static BrokerProcess start(int port, String... options) {
    BrokerProcess broker = new BrokerProcess(port, List.of(options));
    broker.startAgain();
    return broker;
  }

  /** Starts it after it was ended. */
  public void startAgain() {
    Path program = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(null);
    assumeTrue(program != null, "needs a NATS broker, such as Debian's nats-server");
    List<String> command = new ArrayList<>(List.of(program.toString(), "-a", "127.0.0.1"));
    command.addAll(List.of("-p", Integer.toString(port)));
    command.addAll(options);
    try {
      process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    await()
        .atMost(TIMEOUT)
        .until(
            () -> {
              try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
              } catch (IOException e) {
                return false;
              }
            });
  }

  public int port() {
    return port;
  }

  public String url() {
    return "nats://127.0.0.1:" + port;
  }

  /** Ends it as a crash of its machine would. */
  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

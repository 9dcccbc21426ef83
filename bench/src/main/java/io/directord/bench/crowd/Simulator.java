package io.directord.bench.crowd;

import io.directord.common.config.Settings;
import io.directord.common.security.SharedKey;
import io.directord.nats.Subjects;
import io.directord.zeromq.CryptoBox;
import io.directord.zeromq.NoSodiumException;
import java.net.InetSocketAddress;
import java.nio.file.Path;

/**
 * A process of simulated nodes: {@code Simulator HOST PORT FIRST COUNT}, the shared key and the
 * driver in the environment; with the driver nats, host and port are the broker's. It runs until it
 * is ended.
 */
public final class Simulator {
  private Simulator() {}

  public static void main(String[] arguments) throws NoSodiumException {
    CryptoBox.choose("auto", Path.of(System.getProperty("java.io.tmpdir")));
    int port = Integer.parseInt(arguments[1]);
    InetSocketAddress server = new InetSocketAddress(arguments[0], port);
    int first = Integer.parseInt(arguments[2]);
    int count = Integer.parseInt(arguments[3]);
    byte[] serverKey = SharedKey.serverKeys(System.getenv("DIRECTORD_ZMQ_SHARED_KEY")).publicKey();
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, error) -> {
          error.printStackTrace();
          Runtime.getRuntime().halt(1);
        });
    String driver = System.getenv("DIRECTORD_DRIVER");
    Subjects subjects = new Subjects(Settings.NATS_PREFIX.defaultValue());
    Lines lines =
        driver.equals(Settings.NATS)
            ? (keys, selector, owner) ->
                new BrokerLine(server, subjects, serverKey, keys, selector, owner)
            : (keys, selector, owner) -> new ZmtpLine(server, serverKey, keys, selector, owner);
    new Thread(new NodeGroup(lines, driver, first, count), "nodes-" + first).start();
  }
}

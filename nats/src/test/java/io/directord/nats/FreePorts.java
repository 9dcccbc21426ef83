package io.directord.nats;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody uses, none of them twice. They are below those that the kernel gives to
 * connections, of which there are many while other tests run: one of them could have the port
 * before a server does.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_000;

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  /** One of the loopback address. */
  public static int next() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        if (GIVEN.add(port)) {
          return free.getLocalPort();
        }
      } catch (IOException e) {
        // Somebody has it.
        continue;
      }
    }
  }
}

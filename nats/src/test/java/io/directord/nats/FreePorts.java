package io.directord.nats;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody uses, none of them twice, on the whole machine: tests of other processes take
 * theirs here too, and a port is not in use between this and the start of its server. They are
 * below those that the kernel gives to connections, of which there are many while other tests run:
 * one of them could have the port before a server does.
 */
public final class FreePorts {
  private static final int FIRST = 10_000;
  private static final int END = 32_000;

  /**
   * Of each port that was given the one of UDP, which nobody else needs, until this process ends.
   */
  private static final Queue<DatagramSocket> GIVEN = new ConcurrentLinkedQueue<>();

  private FreePorts() {}

  /** One of the loopback address. */
  public static int next() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      DatagramSocket claim;
      try {
        claim = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        // It was given to somebody.
        continue;
      }
      try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        GIVEN.add(claim);
        return free.getLocalPort();
      } catch (IOException e) {
        // Somebody has it.
        claim.close();
      }
    }
  }
}

package io.directord.system;

import io.directord.server.FaultyNetwork;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/**
 * The network between clients and server: listens where they believe the server to be, at another
 * loopback address and the same ports, and forwards, or falls silent, or breaks.
 */
final class TcpProxy implements AutoCloseable {
  /** Loopback on Linux, as all of 127/8. */
  static final String ADDRESS = "127.0.0.2";

  private final List<FaultyNetwork> ports = new ArrayList<>();

  TcpProxy(int... ports) {
    try {
      for (int port : ports) {
        this.ports.add(new FaultyNetwork(InetAddress.getByName(ADDRESS), port, port));
      }
    } catch (UnknownHostException | UncheckedIOException e) {
      close();
      throw new AssertionError("no network before " + ADDRESS, e);
    }
  }

  /** From now on nothing comes through, and nobody is told: connections look alive. */
  void fallSilent() {
    ports.forEach(FaultyNetwork::fallSilent);
  }

  /** Nothing comes through a port any more once so many bytes more have. */
  void fallSilentAfter(long bytes) {
    ports.forEach(port -> port.fallSilentAfter(bytes));
  }

  /** Everything goes on, with what waited. */
  void speak() {
    ports.forEach(FaultyNetwork::heal);
  }

  /** Breaks all connections; new ones may be made. */
  void cut() {
    ports.forEach(FaultyNetwork::cut);
  }

  /** How many connections were made so far. */
  int accepted() {
    return ports.stream().mapToInt(FaultyNetwork::accepted).sum();
  }

  /** How many bytes went through so far, both ways. */
  long forwarded() {
    return ports.stream().mapToLong(FaultyNetwork::forwarded).sum();
  }

  @Override
  public void close() {
    ports.forEach(FaultyNetwork::close);
  }
}

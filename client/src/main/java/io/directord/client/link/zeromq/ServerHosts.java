package io.directord.client.link.zeromq;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses of the server's name, tried one after the other. The name is resolved for every
 * attempt, since its addresses may change. Advanced by the link's thread; any thread may read the
 * current one.
 */
final class ServerHosts {
  private static final Logger LOG = System.getLogger(ServerHosts.class.getName());

  private final String name;
  private final Lookup lookup;
  private List<String> known = List.of();
  private int turn;
  private volatile String current;

  /** Resolves a name. */
  interface Lookup {
    InetAddress[] of(String name) throws UnknownHostException;
  }

  ServerHosts(String name) {
    this(name, InetAddress::getAllByName);
  }

  ServerHosts(String name, Lookup lookup) {
    this.name = name;
    this.lookup = lookup;
    this.current = name;
  }

  /** The current address; the name itself if it cannot be resolved. */
  String current() {
    return current;
  }

  /** Goes on to the next address. */
  String next() {
    try {
      known = Arrays.stream(lookup.of(name)).map(InetAddress::getHostAddress).distinct().toList();
    } catch (UnknownHostException e) {
      // The earlier addresses are tried until the name can be resolved again.
      LOG.log(Level.DEBUG, "{0} has no address just now", name);
    }
    current = known.isEmpty() ? name : known.get(Math.floorMod(turn, known.size()));
    turn++;
    return current;
  }

  /** The connection was established: its address is tried first after it. */
  void connected() {
    turn--;
  }

  boolean hasOthers() {
    return known.size() > 1;
  }

  /** The endpoint of a port at the current address. */
  String endpoint(int port) {
    return endpoint(current, port);
  }

  static String endpoint(String host, int port) {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return "tcp://" + (bare ? "[" + host + "]" : host) + ":" + port;
  }
}

package io.directord.client.link.zeromq;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * The addresses that the server's name stands for, tried one after the other. The name is looked up
 * anew for every attempt, since its addresses may change. Turned by the link's thread; any thread
 * may ask for the present one.
 */
final class ServerHosts {
  private static final Logger LOG = System.getLogger(ServerHosts.class.getName());

  private final String name;
  private final Lookup lookup;
  private List<String> known = List.of();
  private int turn;
  private volatile String current;

  /** Finds the addresses of a name. */
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

  /** The address that is tried or connected to; the name itself if it is not known. */
  String current() {
    return current;
  }

  /** Goes on to the next address. */
  String next() {
    try {
      known = Arrays.stream(lookup.of(name)).map(InetAddress::getHostAddress).distinct().toList();
    } catch (UnknownHostException e) {
      // Maybe it is known again soon; till then those of before are tried.
      LOG.log(Level.DEBUG, "{0} has no address just now", name);
    }
    current = known.isEmpty() ? name : known.get(Math.floorMod(turn, known.size()));
    turn++;
    return current;
  }

  /** The connection held: after it, its address comes first again. */
  void connected() {
    turn--;
  }

  boolean hasOthers() {
    return known.size() > 1;
  }

  /** Where a port of the present address is. */
  String endpoint(int port) {
    return endpoint(current, port);
  }

  static String endpoint(String host, int port) {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return "tcp://" + (bare ? "[" + host + "]" : host) + ":" + port;
  }
}

package io.directord.client.link.zeromq;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The addresses of the servers' names, tried one after the other: one of the servers leads, and the
 * others take no nodes. Names are resolved for every attempt, since their addresses may change.
 * Advanced by the link's thread; any thread may read the current one.
 */
final class ServerHosts {
  private static final Logger LOG = System.getLogger(ServerHosts.class.getName());

  private final List<String> names;
  private final Lookup lookup;

  /** By name, in the order of the names. */
  private final Map<String, List<String>> known = new LinkedHashMap<>();

  private List<String> all = List.of();
  private int turn;
  private volatile String current;

  /** Resolves a name. */
  interface Lookup {
    InetAddress[] of(String name) throws UnknownHostException;
  }

  ServerHosts(List<String> names) {
    this(names, InetAddress::getAllByName);
  }

  ServerHosts(List<String> names, Lookup lookup) {
    this.names = names;
    this.lookup = lookup;
    this.current = names.get(0);
  }

  /** The current address; a name itself if none can be resolved. */
  String current() {
    return current;
  }

  /** Goes on to the next address. */
  String next() {
    for (String name : names) {
      try {
        known.put(name, Arrays.stream(lookup.of(name)).map(InetAddress::getHostAddress).toList());
      } catch (UnknownHostException e) {
        // The earlier addresses are tried until the name can be resolved again.
        LOG.log(Level.DEBUG, "{0} has no address just now", name);
      }
    }
    all =
        names.stream()
            .flatMap(name -> known.getOrDefault(name, List.of()).stream())
            .distinct()
            .toList();
    current = all.isEmpty() ? names.get(0) : all.get(Math.floorMod(turn, all.size()));
    turn++;
    return current;
  }

  /** The connection was established: its address is tried first after it. */
  void connected() {
    turn--;
  }

  /** The same address is tried once more. */
  void again() {
    turn--;
  }

  boolean hasOthers() {
    return all.size() > 1;
  }

  /** Whether the next address is the first one again. */
  boolean isRoundOver() {
    return all.isEmpty() || Math.floorMod(turn, all.size()) == 0;
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

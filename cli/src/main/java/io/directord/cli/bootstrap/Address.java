package io.directord.cli.bootstrap;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a host is, as people write it.
 *
 * @param name what the host is called in messages
 * @param host its name or address, or an alias of {@code ~/.ssh/config}
 * @param port 0 for the one of {@code ~/.ssh/config}, or 22
 * @param user null for the one of {@code ~/.ssh/config}, or the user of the command
 */
record Address(String name, String host, int port, String user) {
  static final int USUAL_PORT = 22;
  static final int MAX_PORT = 65_535;

  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?:(?<user>[^@\\s]+)@)?(?<host>[^@:\\s\\[\\]]+|\\[[0-9a-fA-F:.]+])(?::(?<port>\\d{1,5}))?");

  Address {
    Objects.requireNonNull(name);
    Objects.requireNonNull(host);
  }

  /** The host, with its port if that is not the usual one. */
  static String shown(String host, int port) {
    if (port == 0 || port == USUAL_PORT) {
      return host;
    }
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }

  /**
   * Reads {@code [user@]host[:port]}, as the command line and {@code ~/.ssh/config} have it.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static Address parse(String text) {
    Matcher matcher = WRITTEN.matcher(text);
    boolean hasPort = matcher.matches() && matcher.group("port") != null;
    int port = hasPort ? Integer.parseInt(matcher.group("port")) : 0;
    if (!matcher.matches() || port > MAX_PORT || hasPort && port == 0) {
      throw new IllegalArgumentException("[user@]host[:port] is expected, not " + text);
    }
    String host = matcher.group("host").replaceAll("[\\[\\]]", "");
    return new Address(shown(host, port), host, port, matcher.group("user"));
  }
}

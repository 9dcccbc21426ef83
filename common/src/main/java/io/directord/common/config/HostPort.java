package io.directord.common.config;

import io.directord.common.validation.Quoted;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where something listens.
 *
 * @param host a name or an address, without brackets; {@code *} for all addresses
 * @param port 0 for any that is free
 */
public record HostPort(String host, int port) {
  private static final Pattern TEXT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%a-z]+)]|([^\\s:\\[\\]/]+)):(\\d{1,5})");
  private static final int MAX_PORT = 65_535;

  /**
   * Reads what people write.
   *
   * @throws IllegalArgumentException saying what is expected
   */
  public static HostPort parse(String text) {
    Matcher parts = TEXT.matcher(text.strip());
    if (parts.matches()) {
      int port = Integer.parseInt(parts.group(3));
      if (port <= MAX_PORT) {
        return new HostPort(parts.group(1) != null ? parts.group(1) : parts.group(2), port);
      }
    }
    throw new IllegalArgumentException(
        "a host and a port such as 10.0.0.1:8443, *:8443 or [::1]:8443 are expected, not "
            + Quoted.of(text));
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

package io.directord.cli.context;

import io.directord.common.api.ServerAddress;
import io.directord.common.http.TlsServer;

/**
 * A server of which this user has a token.
 *
 * @param fingerprint of its certificate, as {@link TlsServer#fingerprint} makes it
 */
public record ServerContext(String host, int port, String fingerprint, String token) {
  /** Whether it can be used: without the fingerprint, any server would be a stranger. */
  boolean isWhole() {
    return host != null && port > 0 && fingerprint != null && token != null;
  }

  /**
   * Where it is reached.
   *
   * @param name of this context
   */
  public ServerAddress address(String name) {
    return new ServerAddress.Remote(new TlsServer(host, port, fingerprint, token), name);
  }

  /** As people write it. */
  public String url() {
    return "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}

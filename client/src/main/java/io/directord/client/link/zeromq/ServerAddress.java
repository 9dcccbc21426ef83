package io.directord.client.link.zeromq;

import io.directord.common.security.CurveKeyPair;

/**
 * The server's address, and the keys of the connection.
 *
 * @param host name or address
 * @param jobPort TCP port
 * @param serverKey the server's public CURVE key; null without encryption
 * @param nodeKeys this node's; null without encryption
 */
public record ServerAddress(String host, int jobPort, byte[] serverKey, CurveKeyPair nodeKeys) {

  @Override
  public String toString() {
    return host + ":" + jobPort;
  }
}

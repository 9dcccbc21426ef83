package io.directord.client.link.zeromq;

import io.directord.common.security.CurveKeyPair;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The address of the server, or of several of which one leads, and the keys of the connection,
 * which are the same for all of them.
 *
 * @param hosts names or addresses
 * @param jobPort TCP port
 * @param serverKey the server's public CURVE key; null without encryption
 * @param nodeKeys this node's; null without encryption
 */
public record ServerAddress(
    List<String> hosts, int jobPort, byte[] serverKey, CurveKeyPair nodeKeys) {

  @Override
  public String toString() {
    return hosts.stream().map(host -> host + ":" + jobPort).collect(Collectors.joining(", "));
  }
}

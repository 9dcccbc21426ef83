package io.directord.client.link.zeromq;

import io.directord.common.security.CurveKeyPair;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The address of the server, or of several of which one leads, and the keys of the connection,
 * which are the same for all of them.
 *
 * @param hosts names or addresses
 * @param jobPort TCP port
 * @param serverKeys the public CURVE keys that the server may have, as they are now; the first is
 *     tried first, and there is none without encryption. For the link's thread
 * @param nodeKeys this node's; null without encryption
 */
public record ServerAddress(
    List<String> hosts, int jobPort, Supplier<List<byte[]>> serverKeys, CurveKeyPair nodeKeys) {

  /**
   * A server whose key does not change.
   *
   * @param serverKey null without encryption
   */
  public static ServerAddress of(
      List<String> hosts, int jobPort, byte[] serverKey, CurveKeyPair nodeKeys) {
    List<byte[]> keys = serverKey == null ? List.of() : List.of(serverKey);
    return new ServerAddress(hosts, jobPort, () -> keys, nodeKeys);
  }

  /** The first one now; null without encryption. */
  public byte[] serverKey() {
    List<byte[]> keys = serverKeys.get();
    return keys.isEmpty() ? null : keys.get(0);
  }

  @Override
  public String toString() {
    return hosts.stream().map(host -> host + ":" + jobPort).collect(Collectors.joining(", "));
  }
}

package io.directord.client.link.nats;

import io.directord.common.config.NatsServers;
import io.directord.common.security.CurveKeyPair;
import java.util.List;
import java.util.function.Supplier;

/**
 * The broker behind which the server is, and the keys of the session.
 *
 * @param serverKeys the public keys that the server may have, as they are now; the first is tried
 *     first. For the link's thread
 * @param nodeKeys this node's
 */
public record NatsServerAddress(
    NatsServers servers, Supplier<List<byte[]>> serverKeys, CurveKeyPair nodeKeys) {

  @Override
  public String toString() {
    return servers.shown();
  }
}

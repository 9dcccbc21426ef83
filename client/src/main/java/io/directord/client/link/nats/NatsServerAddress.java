package io.directord.client.link.nats;

import io.directord.common.config.NatsServers;
import io.directord.common.security.CurveKeyPair;

/**
 * The broker behind which the server is, and the keys of the session.
 *
 * @param serverKey the server's public key
 * @param nodeKeys this node's
 */
public record NatsServerAddress(NatsServers servers, byte[] serverKey, CurveKeyPair nodeKeys) {

  @Override
  public String toString() {
    return servers.shown();
  }
}

package io.directord.server.link;

/**
 * One connection of a node, from its first message until it is gone. Compared by identity: a node
 * that reconnects is another peer.
 */
public final class Peer {
  private final byte[] routingId;
  private final String key;
  private final String address;

  Peer(byte[] routingId, String key, String address) {
    this.routingId = routingId;
    this.key = key;
    this.address = address;
  }

  byte[] routingId() {
    return routingId;
  }

  /** The CURVE key that it proved to hold, in Z85; empty if the link is insecure. */
  public String key() {
    return key;
  }

  /** IP address, for people. */
  public String address() {
    return address;
  }

  @Override
  public String toString() {
    return address;
  }
}

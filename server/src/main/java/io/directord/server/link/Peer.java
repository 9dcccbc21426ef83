package io.directord.server.link;

/**
 * One connection of a node, from its first message until it is gone. Compared by identity: a node
 * that reconnects is another peer.
 */
public final class Peer {
  /** Stands for a key where a client of the original is, which has none. */
  public static final String LEGACY = "legacy";

  private final byte[] routingId;
  private final String key;
  private final String address;

  /**
   * @param routingId by which its socket knows the connection
   */
  public Peer(byte[] routingId, String key, String address) {
    this.routingId = routingId;
    this.key = key;
    this.address = address;
  }

  public byte[] routingId() {
    return routingId;
  }

  /** The CURVE key that it proved to hold, in Z85; empty if the link is insecure. */
  public String key() {
    return key;
  }

  /** Whether a client of the original is at the other end. */
  public boolean isLegacy() {
    return key.equals(LEGACY);
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

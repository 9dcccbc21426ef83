package io.directord.server.link;

import io.directord.zeromq.InboundConnection;

/**
 * One connection of a node, from its first message until it is gone. Compared by identity: a node
 * that reconnects is another peer.
 */
public final class Peer {
  /** Stands for a key where a client of the original is, which has none. */
  public static final String LEGACY = "legacy";

  private final JobLink link;
  private final byte[] routingId;
  private final String key;
  private final String address;
  private final InboundConnection connection;
  private volatile boolean ended;

  /**
   * @param link that it is on
   * @param routingId by which its socket knows the connection
   */
  public Peer(
      JobLink link, byte[] routingId, String key, String address, InboundConnection connection) {
    this.link = link;
    this.routingId = routingId;
    this.key = key;
    this.address = address;
    this.connection = connection;
  }

  /** Where messages to it go. */
  public JobLink link() {
    return link;
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

  /** Ends the connection; the log says why, and nothing more is sent. Any thread may call it. */
  public void end(String why) {
    ended = true;
    connection.end(why);
  }

  /** Likewise, with the next that the peer says; what is sent until then may arrive. */
  public void endSoon(String why) {
    connection.end(why);
  }

  /** Whether nothing more is to be sent to it. */
  public boolean isEnded() {
    return ended;
  }

  @Override
  public String toString() {
    return address;
  }
}

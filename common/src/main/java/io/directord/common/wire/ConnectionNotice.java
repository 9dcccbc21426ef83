package io.directord.common.wire;

import java.nio.charset.StandardCharsets;

/**
 * Single frames that the ZeroMQ library puts into the stream of messages when a connection changes.
 * A peer could send them too, so they are hints: who sees one asks or tells who it is.
 */
public final class ConnectionNotice {
  /**
   * Sent by the server's library as the first message of every connection: the handshake is done,
   * so the keys are right (ZMQ_HELLO_MSG).
   */
  public static final byte[] HELLO = "directord hello".getBytes(StandardCharsets.US_ASCII);

  /** Seen by a client when an established connection is lost (ZMQ_HICCUP_MSG). */
  public static final byte[] LOST = "directord lost".getBytes(StandardCharsets.US_ASCII);

  /** Seen by the server, behind the routing id, when a peer is gone (ZMQ_DISCONNECT_MSG). */
  public static final byte[] GONE = "directord gone".getBytes(StandardCharsets.US_ASCII);

  private ConnectionNotice() {}
}

package io.directord.server.link;

import io.directord.common.wire.NodeMessage;
import java.util.UUID;

/** Receives messages of nodes; called on the socket's thread, must not block. */
public interface TransportListener {

  /**
   * @param reserved bytes of the memory for results, which are released when the message and its
   *     effects do not need memory any more
   */
  void received(NodeAddress peer, NodeMessage message, long reserved);

  /**
   * A message that cannot be decoded.
   *
   * @param job of which it is the result; null if that is not known, or it is not a result
   * @param why it cannot be decoded
   * @param reserved as for {@link #received}
   */
  void undecodable(NodeAddress peer, UUID job, String why, long reserved);

  /** No more messages for the moment, so those received should be handled. */
  void endOfBatch();

  /** The connection is lost. */
  void gone(NodeAddress peer);

  /**
   * Likewise.
   *
   * @param why it was ended from this side; null if it was not
   */
  default void gone(NodeAddress peer, String why) {
    gone(peer);
  }
}

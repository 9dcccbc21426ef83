package io.directord.server.link;

import io.directord.common.wire.NodeMessage;

/** Who is told what nodes say; called on the socket's thread, must not block. */
public interface TransportListener {

  /**
   * @param reserved bytes of the memory for results, which are released when the message, and what
   *     follows from it, needs memory no longer
   */
  void received(NodeAddress peer, NodeMessage message, long reserved);

  /** No more messages for the moment: now is the time to handle those received. */
  void endOfBatch();

  /** The connection is lost. */
  void gone(NodeAddress peer);
}

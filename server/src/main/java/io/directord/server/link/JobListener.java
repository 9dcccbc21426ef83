package io.directord.server.link;

import io.directord.common.wire.NodeMessage;

/** Who is told what nodes say; called on the socket's thread, must not block. */
public interface JobListener {

  /**
   * @param bytes length of the message
   * @return false if there is no room for it: it is dropped, and the node will send it again if it
   *     matters
   */
  boolean received(Peer peer, NodeMessage message, int bytes);

  /** No more messages for the moment: now is the time to handle those received. */
  void endOfBatch();

  /** The connection is lost. */
  void gone(Peer peer);
}

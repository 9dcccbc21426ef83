package io.directord.server.dispatch;

import io.directord.common.wire.NodeMessage;
import io.directord.server.link.Peer;
import java.util.List;

/** What other threads tell the dispatcher. */
sealed interface Input {

  /**
   * A node has said something.
   *
   * @param reserved bytes of the memory for results
   */
  record Said(Peer peer, NodeMessage message, long reserved) implements Input {}

  /** A connection is lost. */
  record Gone(Peer peer) implements Input {}

  /** What these turns changed is safely in the store. */
  record Committed(List<Turn> turns) implements Input {}

  /** The API asks for something. */
  record Call(Runnable work) implements Input {}
}

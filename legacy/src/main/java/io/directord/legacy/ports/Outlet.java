package io.directord.legacy.ports;

import io.directord.common.wire.NodeMessage;
import io.directord.server.link.zeromq.ZeroMqAddress;

/** Receives what was decided about a client. Called on the job socket's thread. */
interface Outlet {

  /** Sends a message to the client. */
  void send(ZeroMqAddress peer, LegacyMessage message);

  /** Passes a message to the dispatcher, once there is room for it. */
  void tell(ZeroMqAddress peer, NodeMessage message);

  /** Runs the action on the job socket's thread; may be called from any thread. */
  void later(Runnable work);

  /** Logs a warning, at most once a minute for a node. */
  void warn(String identity, String text);
}

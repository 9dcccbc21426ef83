package io.directord.legacy.ports;

import io.directord.common.wire.NodeMessage;
import io.directord.server.link.zeromq.ZeroMqAddress;

/** Where what is decided about a client goes; on the job socket's thread. */
interface Outlet {

  /** To the client. */
  void send(ZeroMqAddress peer, LegacyMessage message);

  /** To the dispatcher, sooner or later. */
  void tell(ZeroMqAddress peer, NodeMessage message);

  /** Has this done on the job socket's thread; may be called from any thread. */
  void later(Runnable work);

  /** Into the log, at most once a minute for a node. */
  void warn(String identity, String text);
}

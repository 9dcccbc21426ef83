package io.directord.client.link.zeromq;

import org.zeromq.ZEvent;

/** Events of one socket from JeroMQ's thread, read by the link's thread. */
final class ConnectionEvents {
  private final LinkWakeup wakeup;

  /** The TCP connection was made. */
  volatile boolean connected;

  /** The peer has sent a ZeroMQ greeting; the handshake follows. */
  volatile boolean greeted;

  /** The server refused this node's key. */
  volatile boolean refused;

  /** The TCP connection could not be made; another attempt follows. */
  volatile boolean retried;

  /** Why the connection is ended from this side; null if it is not. */
  volatile String ended;

  /** The TCP connection is gone. */
  volatile boolean gone;

  ConnectionEvents(LinkWakeup wakeup) {
    this.wakeup = wakeup;
  }

  /** The server has violated the protocol. */
  void ended(String why) {
    ended = why;
    wakeup.signal();
  }

  void on(ZEvent event) {
    switch (event.getEvent()) {
      case CONNECTED -> connected = true;
      case HANDSHAKE_PROTOCOL -> greeted = true;
      case HANDSHAKE_FAILED_AUTH -> refused = true;
      case CONNECT_RETRIED -> retried = true;
      case DISCONNECTED -> gone = true;
      default -> {
        return;
      }
    }
    wakeup.signal();
  }
}

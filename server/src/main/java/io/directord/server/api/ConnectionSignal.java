package io.directord.server.api;

/** Sent through a connection's pipeline as a user event. */
enum ConnectionSignal {
  /** The server stops. */
  STOP,

  /** An idle connection must make room for another one. */
  MAKE_ROOM
}

package io.directord.server.api;

/** Sent through a connection's pipeline as a user event. */
enum ConnectionSignal {
  /** The server stops. */
  STOP,

  /** Another connection needs the place of one that is between requests. */
  MAKE_ROOM
}

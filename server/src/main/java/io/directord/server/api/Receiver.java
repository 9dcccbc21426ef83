package io.directord.server.api;

import io.netty.buffer.ByteBuf;

/**
 * Receives the body of one request in parts, and sends its reply. Called on the connection's event
 * loop, so it must not block. A part comes only after {@link Exchange#more} has asked for it; the
 * receiver calls {@link Exchange#reply} once.
 */
interface Receiver {

  /** The request's head has arrived; requests the body, or replies. */
  void begin();

  /** A part of the body, to be released by the receiver. */
  void part(ByteBuf bytes);

  /** The body is complete. */
  void end();

  /** Nothing was sent for a while: a stream may send a keep-alive. */
  default void tick() {}

  /** The connection is writable again. */
  default void writable() {}

  /** The server stops; endless streams end now. */
  default void stopping() {}

  /** The request is over, with or without a reply; called exactly once. */
  default void close() {}
}

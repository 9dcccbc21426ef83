package io.directord.server.api;

import io.netty.buffer.ByteBuf;

/**
 * Takes the body of one request, part by part, and sees to its answer. Called on the connection's
 * event loop, so nothing here may wait. A part comes only after {@link Exchange#more} has asked for
 * it; the receiver calls {@link Exchange#reply} once.
 */
interface Receiver {

  /** The request's head is there; asks for the body, or answers. */
  void begin();

  /** A part of the body, to be released by the receiver. */
  void part(ByteBuf bytes);

  /** The body is complete. */
  void end();

  /** Nothing was sent for a while: a stream may give a sign of life. */
  default void tick() {}

  /** The connection can take more again. */
  default void writable() {}

  /** The server stops; what would go on for ever ends now. */
  default void stopping() {}

  /** The request is over, answered or not; called once, whatever happened. */
  default void close() {}
}

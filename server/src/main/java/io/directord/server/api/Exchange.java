package io.directord.server.api;

import io.netty.channel.ChannelHandlerContext;

/**
 * One request and its answer, as a {@link Receiver} sees them. {@link #more} and {@link #reply} may
 * be called from any thread, all else on the channel's event loop.
 */
interface Exchange {

  /** Asks for the next part of the request's body. */
  void more();

  /** Answers the request. If its body is not complete yet, the connection ends thereafter. */
  void reply(Reply reply);

  /** Begins an answer that has no end yet; what follows is written to the context. */
  void stream(String mediaType);

  ChannelHandlerContext context();

  Limits limits();

  /** For all that waits until somebody reads it. */
  ReaderMemory memory();
}

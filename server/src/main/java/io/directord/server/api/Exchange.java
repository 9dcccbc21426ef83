package io.directord.server.api;

import io.netty.channel.ChannelHandlerContext;

/**
 * One request and its reply, as seen by a {@link Receiver}. {@link #more} and {@link #reply} may be
 * called from any thread, all else on the channel's event loop.
 */
interface Exchange {

  /** Asks for the next part of the request's body. */
  void more();

  /** Sends the reply. If the request's body is not complete yet, the connection ends afterwards. */
  void reply(Reply reply);

  /** Begins a reply of unknown length; the rest is written to the context. */
  void stream(String mediaType);

  ChannelHandlerContext context();

  ApiLimits limits();

  /** The memory for everything that waits to be read. */
  ReaderMemory memory();
}

package io.directord.server.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * A reply that its reader may leave waiting. It is written in parts, which show whether the reader
 * takes anything: one that does not is cut off when others need the memory.
 */
final class LargeReply implements ReaderMemory.Follower {
  /** What is smaller fits into the buffers of a socket. */
  static final int MIN_BYTES = 64 << 10;

  private static final int PART_BYTES = 64 << 10;

  private final ChannelHandlerContext context;
  private volatile long takenAt = System.nanoTime();

  LargeReply(ChannelHandlerContext context) {
    this.context = context;
  }

  /**
   * Writes it. Called on the channel's event loop.
   *
   * @param taken called there whenever a part of it was taken
   */
  ChannelFuture write(HttpResponse head, byte[] body, ReaderMemory memory, Runnable taken) {
    memory.add(this);
    context.write(head);
    for (int from = 0; from < body.length; from += PART_BYTES) {
      int length = Math.min(PART_BYTES, body.length - from);
      context
          .write(new DefaultHttpContent(Unpooled.wrappedBuffer(body, from, length)))
          .addListener(
              done -> {
                takenAt = System.nanoTime();
                taken.run();
              });
    }
    return context
        .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
        .addListener(done -> memory.remove(this));
  }

  @Override
  public long waitsSince() {
    return takenAt;
  }

  /** Does nothing, since a part of a reply is of no use: {@link #cut} ends it. */
  @Override
  public void forget() {}

  @Override
  public void cut() {
    context.close();
  }
}

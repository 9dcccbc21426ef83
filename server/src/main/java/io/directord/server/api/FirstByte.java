package io.directord.server.api;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;

/**
 * Looks at a connection's first byte, puts the handlers of that protocol in its own place, and
 * passes on what came. A connection that says nothing is closed.
 */
abstract class FirstByte extends ChannelInboundHandlerAdapter {
  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ByteBuf first = (ByteBuf) bytes;
    if (speaks(context, first.getByte(first.readerIndex()))) {
      context.fireChannelRead(bytes);
      context.pipeline().remove(this);
    } else {
      first.release();
    }
  }

  /**
   * Adds the handlers to the pipeline.
   *
   * @return false if the connection is ended instead
   */
  abstract boolean speaks(ChannelHandlerContext context, byte first);

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof IdleStateEvent
        || event == ConnectionSignal.STOP
        || event == ConnectionSignal.MAKE_ROOM) {
      context.close();
    } else {
      context.fireUserEventTriggered(event);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close();
  }
}

package io.directord.server.api;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Answers every read with exactly one message, however many a decoder makes of what comes in at
 * once. For channels that do not read by themselves. (Netty's own FlowControlHandler forgets a read
 * whose bytes did not make a whole message, see its issue 17050.)
 */
final class OneByOne extends ChannelDuplexHandler {
  private final Queue<Object> waiting = new ArrayDeque<>();
  private boolean wanted;

  @Override
  public void read(ChannelHandlerContext context) {
    Object message = waiting.poll();
    if (message == null) {
      wanted = true;
      context.read();
    } else {
      context.fireChannelRead(message);
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (wanted) {
      wanted = false;
      context.fireChannelRead(message);
    } else {
      waiting.add(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (wanted) {
      context.read();
    }
    context.fireChannelReadComplete();
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
    context.fireChannelInactive();
  }
}

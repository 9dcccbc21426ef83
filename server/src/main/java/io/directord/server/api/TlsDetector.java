package io.directord.server.api;

import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.timeout.IdleStateEvent;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Looks whether a connection begins as TLS does, and puts the handlers for it in its own place;
 * anything else is told so in the clear.
 */
final class TlsDetector extends ChannelInboundHandlerAdapter {
  /** The first byte of a TLS handshake. */
  private static final int HANDSHAKE = 0x16;

  private final Consumer<ChannelHandlerContext> tls;

  /**
   * @param tls adds its handlers to the pipeline
   */
  TlsDetector(Consumer<ChannelHandlerContext> tls) {
    this.tls = tls;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object bytes) {
    ByteBuf first = (ByteBuf) bytes;
    if (first.getByte(first.readerIndex()) != HANDSHAKE) {
      first.release();
      context
          .writeAndFlush(Unpooled.wrappedBuffer(plain()))
          .addListener(ChannelFutureListener.CLOSE);
      return;
    }
    ConnectionLimit.busy(context.channel());
    tls.accept(context);
    context.fireChannelRead(bytes);
    context.pipeline().remove(this);
  }

  private static byte[] plain() {
    HttpResponseStatus status = HttpResponseStatus.BAD_REQUEST;
    byte[] problem =
        Json.bytes(
            new Problem(
                status.code(),
                status.reasonPhrase(),
                "TLS 1.3 is spoken at this port, and nothing else: use https://",
                ErrorCode.INVALID_REQUEST));
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + Problem.MEDIA_TYPE
            + "\r\nContent-Length: "
            + problem.length
            + "\r\nConnection: close\r\n\r\n";
    return (head + new String(problem, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }

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

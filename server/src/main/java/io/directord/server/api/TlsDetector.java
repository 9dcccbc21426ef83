package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.Consumer;

/** Has a connection speak TLS; one that begins otherwise is told so in the clear. */
final class TlsDetector extends FirstByte {
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
  boolean speaks(ChannelHandlerContext context, byte first) {
    if (first != HANDSHAKE) {
      context
          .writeAndFlush(
              EarlyReply.of(
                  HttpResponseStatus.BAD_REQUEST,
                  ErrorCode.INVALID_REQUEST,
                  "TLS 1.3 is spoken at this port, and nothing else: use https://",
                  ""))
          .addListener(ChannelFutureListener.CLOSE);
      return false;
    }
    ConnectionLimit.busy(context.channel());
    tls.accept(context);
    return true;
  }
}

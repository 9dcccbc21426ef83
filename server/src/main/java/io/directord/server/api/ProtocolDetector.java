package io.directord.server.api;

import io.directord.server.metrics.Meters;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.IdleStateEvent;

/**
 * Looks at a connection's first byte and puts the handlers of that protocol in its own place: a
 * {@link OneShotProtocol} begins with a brace, or by error with what begins another JSON value,
 * which no HTTP method does.
 */
final class ProtocolDetector extends ChannelInboundHandlerAdapter {
  private static final int PART_BYTES = 256 << 10;

  /** Requests that come at once are bounded by what one read takes in. */
  private static final int MAX_PIPELINED = Integer.MAX_VALUE;

  private static final String ONE_SHOT = "{[\"";

  private final Router router;
  private final OneShotConnection.Shared oneShot;
  private final ApiLimits limits;
  private final ReaderMemory memory;
  private final Meters meters;

  /**
   * @param oneShot null if there is no such protocol
   */
  ProtocolDetector(
      Router router,
      OneShotConnection.Shared oneShot,
      ApiLimits limits,
      ReaderMemory memory,
      Meters meters) {
    this.meters = meters;
    this.router = router;
    this.oneShot = oneShot;
    this.limits = limits;
    this.memory = memory;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object firstBytes) {
    ByteBuf first = (ByteBuf) firstBytes;
    if (oneShot != null && ONE_SHOT.indexOf(first.getByte(first.readerIndex())) >= 0) {
      ConnectionLimit.busy(context.channel());
      context.pipeline().addLast(new OneShotConnection(oneShot, Callers.of(context.channel())));
    } else {
      speakHttp(context.pipeline(), router, limits, memory, meters, Authentication.BY_THE_KERNEL);
    }
    context.fireChannelRead(firstBytes);
    context.pipeline().remove(this);
  }

  static void speakHttp(
      ChannelPipeline pipeline,
      Router router,
      ApiLimits limits,
      ReaderMemory memory,
      Meters meters,
      Authentication authentication) {
    pipeline.addLast(
        new HttpServerCodec(
            new HttpDecoderConfig()
                .setMaxInitialLineLength(limits.lineBytes())
                .setMaxHeaderSize(limits.headerBytes())
                .setMaxChunkSize(PART_BYTES),
            MAX_PIPELINED),
        new OneByOne(),
        new HttpConnection(router, limits, memory, meters, authentication));
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
}

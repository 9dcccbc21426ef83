package io.directord.server.api;

import io.directord.server.metrics.Meters;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;

/**
 * Tells HTTP from a {@link OneShotProtocol}, which begins with a brace, or by error with what
 * begins another JSON value, which no HTTP method does.
 */
final class ProtocolDetector extends FirstByte {
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
  boolean speaks(ChannelHandlerContext context, byte first) {
    if (oneShot != null && ONE_SHOT.indexOf(first) >= 0) {
      ConnectionLimit.busy(context.channel());
      context.pipeline().addLast(new OneShotConnection(oneShot, Callers.of(context.channel())));
    } else {
      speakHttp(context.pipeline(), router, limits, memory, meters, Authentication.BY_THE_KERNEL);
    }
    return true;
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
}

package io.directord.server.api;

import io.directord.common.storage.IoErrors;
import io.directord.server.link.OpenFiles;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells once a minute why no connection can be accepted. The last in the listener's pipeline: Netty
 * waits a second then, and tries again. Belongs to the listener's thread.
 */
final class AcceptFailures extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(AcceptFailures.class.getName());
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private static final String CANNOT =
      "cannot take another connection, and tries again every second";

  private final LongSupplier nanoTime;
  private long toldAt;
  private long untold;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  AcceptFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.toldAt = nanoTime.getAsLong() - MINUTE;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    untold++;
    long now = nanoTime.getAsLong();
    if (now - toldAt < MINUTE) {
      return;
    }
    String why = cause instanceof IOException failed ? IoErrors.say(failed) : cause.toString();
    LOG.log(
        Level.WARNING,
        "the API''s socket: {0} ({1}{2})",
        why.contains("open files") ? OpenFiles.ofThisProcess().refusal() : CANNOT,
        why,
        untold == 1 ? "" : ", " + untold + " times");
    toldAt = now;
    untold = 0;
  }
}

package io.directord.server.api;

import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Keeps the number of connections within bounds: a new one takes the place of the one that has been
 * idle for longest; if all are busy, it is refused. Thread-safe.
 */
final class ConnectionLimit {
  /** Since when, by {@link System#nanoTime}, a connection is between two requests. */
  private static final AttributeKey<Long> IDLE_SINCE = AttributeKey.valueOf("idle-since");

  /** Refused connections that are kept until they have read why. */
  private static final int MAX_LINGERING = 64;

  private static final long LINGER_SECONDS = 1;

  private static final byte[] TOO_MANY = tooMany();

  private final ChannelGroup connections;
  private final int max;
  private final AtomicInteger lingering = new AtomicInteger();

  ConnectionLimit(ChannelGroup connections, int max) {
    this.connections = connections;
    this.max = max;
  }

  /** To be called when a connection begins or ends to be between two requests. */
  static void idle(Channel channel, boolean idle) {
    channel.attr(IDLE_SINCE).set(idle ? System.nanoTime() : null);
  }

  /** Whether the channel may stay; if not, it was refused and is being closed. */
  synchronized boolean admit(Channel channel) {
    if (connections.size() >= max && !makeRoom()) {
      refuse(channel);
      return false;
    }
    // First idle, since a channel of the group that is not counts as busy.
    idle(channel, true);
    connections.add(channel);
    return true;
  }

  private boolean makeRoom() {
    long now = System.nanoTime();
    Channel longest = null;
    long idleFor = -1;
    for (Channel channel : connections) {
      Long since = channel.attr(IDLE_SINCE).get();
      if (since != null && now - since > idleFor) {
        longest = channel;
        idleFor = now - since;
      }
    }
    if (longest == null || longest.attr(IDLE_SINCE).getAndSet(null) == null) {
      return false;
    }
    longest.pipeline().fireUserEventTriggered(ConnectionSignal.MAKE_ROOM);
    return true;
  }

  /** A peer that is still writing would not see the reason if the connection were closed now. */
  private void refuse(Channel channel) {
    boolean linger = lingering.incrementAndGet() <= MAX_LINGERING;
    channel.closeFuture().addListener(closed -> lingering.decrementAndGet());
    var written = channel.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY));
    if (!linger) {
      written.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    written.addListener(done -> ((DuplexChannel) channel).shutdownOutput());
    channel.pipeline().addLast(new Discard());
    channel.config().setAutoRead(true);
    channel.eventLoop().schedule(() -> channel.close(), LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private static final class Discard extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      ReferenceCountUtil.release(message);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private static byte[] tooMany() {
    HttpResponseStatus status = HttpResponseStatus.SERVICE_UNAVAILABLE;
    byte[] problem =
        Json.bytes(
            new Problem(
                status.code(),
                status.reasonPhrase(),
                "too many connections are open, and all of them are busy: nothing was submitted; try"
                    + " again in a moment"));
    String head =
        "HTTP/1.1 "
            + status
            + "\r\nContent-Type: "
            + Problem.MEDIA_TYPE
            + "\r\nContent-Length: "
            + problem.length
            + "\r\nRetry-After: 1\r\nConnection: close\r\n\r\n";
    return (head + new String(problem, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
  }
}

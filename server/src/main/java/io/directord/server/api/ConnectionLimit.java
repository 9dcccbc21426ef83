package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.api.UserShares.Bound;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AttributeKey;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Keeps the number of connections within bounds, in all and of each user: a new one takes the place
 * of the one that has waited for its peer for longest, for the next request rather than for the
 * rest of one; if all are busy, it is refused. Thread-safe.
 */
final class ConnectionLimit {
  private static final AttributeKey<Waiting> WAITING = AttributeKey.valueOf("waiting");

  /** Maximum refused connections that are kept until they have read the reason. */
  private static final int MAX_LINGERING = 64;

  private static final long LINGER_SECONDS = 1;

  private final boolean tells;
  private final ChannelGroup connections;
  private final UserShares shares;
  private final ShareWarnings warnings;
  private final AtomicInteger lingering = new AtomicInteger();

  ConnectionLimit(ChannelGroup connections, int max, ShareWarnings warnings) {
    this(connections, max, warnings, true);
  }

  private ConnectionLimit(
      ChannelGroup connections, int max, ShareWarnings warnings, boolean tells) {
    this.tells = tells;
    this.connections = connections;
    this.shares = new UserShares("connections", max);
    this.warnings = warnings;
  }

  /** One that ends what it refuses without a word, since the peer expects another protocol. */
  static ConnectionLimit silent(ChannelGroup connections, int max, ShareWarnings warnings) {
    return new ConnectionLimit(connections, max, warnings, false);
  }

  /**
   * A connection that waits for its peer.
   *
   * @param since by {@link System#nanoTime}
   * @param amid whether for the rest of a request
   */
  private record Waiting(long since, boolean amid) {
    boolean isBefore(Waiting other) {
      return amid == other.amid ? since - other.since < 0 : !amid;
    }
  }

  /**
   * Must be called when a connection begins to wait for its peer.
   *
   * @param amid whether for the rest of a request
   */
  static void waits(Channel channel, boolean amid) {
    channel.attr(WAITING).set(new Waiting(System.nanoTime(), amid));
  }

  /** Must be called when the peer has said something. */
  static void busy(Channel channel) {
    channel.attr(WAITING).set(null);
  }

  /** Whether the channel may stay; if not, it was refused and is being closed. */
  synchronized boolean admit(Channel channel) {
    Caller caller = Callers.peer(channel);
    List<Caller> holders = holders();
    Bound reached = shares.reached(caller, holders);
    if (reached != null && !makeRoom(candidates(reached, caller))) {
      String why = shares.refusal(reached, caller, holders);
      warnings.refused(caller, why);
      refuse(channel, why);
      return false;
    }
    // First, since a channel of the group that does not wait counts as busy.
    waits(channel, false);
    connections.add(channel);
    return true;
  }

  /** No stream: the group's relies on its size, while connections leave the group as they end. */
  private List<Caller> holders() {
    List<Caller> holders = new ArrayList<>();
    for (Channel connection : connections) {
      holders.add(Callers.peer(connection));
    }
    return holders;
  }

  /** Whose connections may be ended for a new one of the caller. */
  private static Predicate<Caller> candidates(Bound reached, Caller caller) {
    if (reached == Bound.OWN) {
      return caller::equals;
    }
    return holder -> caller.hasServersRights() || !holder.hasServersRights();
  }

  private boolean makeRoom(Predicate<Caller> candidates) {
    Channel first = null;
    Waiting before = null;
    for (Channel channel : connections) {
      Waiting waiting = channel.attr(WAITING).get();
      if (waiting != null
          && (before == null || waiting.isBefore(before))
          && candidates.test(Callers.peer(channel))) {
        first = channel;
        before = waiting;
      }
    }
    if (first == null || first.attr(WAITING).getAndSet(null) == null) {
      return false;
    }
    first.pipeline().fireUserEventTriggered(ConnectionSignal.MAKE_ROOM);
    return true;
  }

  /** Delayed, since a peer that is still writing would not see the reason. */
  private void refuse(Channel channel, String why) {
    if (!tells) {
      channel.close();
      return;
    }
    boolean linger = lingering.incrementAndGet() <= MAX_LINGERING;
    channel.closeFuture().addListener(closed -> lingering.decrementAndGet());
    var written =
        channel.writeAndFlush(
            EarlyReply.of(
                HttpResponseStatus.SERVICE_UNAVAILABLE,
                ErrorCode.SERVER_BUSY,
                "nothing was submitted, since " + why,
                "Retry-After: 1\r\n"));
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
}

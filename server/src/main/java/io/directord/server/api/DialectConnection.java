package io.directord.server.api;

import io.directord.server.dialect.Asker;
import io.directord.server.dialect.Dialect;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A connection that speaks the original's dialect: one JSON object comes, an answer goes, and it is
 * closed. Everything but the answering runs on the channel's event loop.
 */
final class DialectConnection extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(DialectConnection.class.getName());
  private static final int MAX_REQUEST_BYTES = 8 << 20;
  private static final int SILENT_TICKS = 2;

  private final Shared shared;
  private final JsonEnd end = new JsonEnd();
  private final ByteArrayOutputStream request = new ByteArrayOutputStream();
  private boolean answering;
  private int counted;
  private int silentTicks;

  /**
   * What all connections have in common.
   *
   * @param owner the server's own user
   * @param allBodies counts the bytes of all requests under way
   */
  record Shared(
      Dialect dialect,
      UserPrincipal owner,
      Executor workers,
      AtomicLong allBodies,
      Limits limits) {}

  DialectConnection(Shared shared) {
    this.shared = shared;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    silentTicks = 0;
    try {
      while (bytes.isReadable() && !answering) {
        byte next = bytes.readByte();
        request.write(next);
        answering = end.isEnd(next);
      }
    } finally {
      bytes.release();
    }
    int more = request.size() - counted;
    counted += more;
    boolean tooMuch = shared.allBodies.addAndGet(more) > shared.limits.allBodiesBytes();
    if (tooMuch || counted > MAX_REQUEST_BYTES) {
      answering = true;
      refuse(context, tooMuch);
    } else if (answering) {
      answer(context, request.toByteArray());
    } else {
      context.read();
    }
  }

  private static void refuse(ChannelHandlerContext context, boolean busy) {
    String text =
        busy
            ? "Other large requests are under way; try again in a moment."
            : "The request is longer than " + MAX_REQUEST_BYTES + " bytes.";
    context
        .writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void answer(ChannelHandlerContext context, byte[] bytes) {
    Peer peer = new Peer(context.channel());
    shared.workers.execute(
        () -> {
          try {
            Asker asker = new Asker(peer.name(), peer.hasRightsOf(shared.owner));
            shared
                .dialect
                .answer(bytes, asker, part -> write(context, part))
                .whenComplete((done, failure) -> close(context, failure));
          } catch (RuntimeException | IOException e) {
            close(context, e);
          }
        });
  }

  private static CompletableFuture<Void> write(ChannelHandlerContext context, byte[] part) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    context
        .writeAndFlush(Unpooled.wrappedBuffer(part))
        .addListener(
            sent -> {
              if (sent.isSuccess()) {
                written.complete(null);
              } else {
                written.completeExceptionally(sent.cause());
              }
            });
    return written;
  }

  private static void close(ChannelHandlerContext context, Throwable failure) {
    if (failure != null) {
      LOG.log(Level.DEBUG, "a request in the original's dialect was not answered", failure);
    }
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    boolean silent = event instanceof IdleStateEvent && ++silentTicks >= SILENT_TICKS;
    if (!answering && (silent || event == ApiServer.STOP)) {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    shared.allBodies.addAndGet(-counted);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(cause instanceof IOException ? Level.DEBUG : Level.ERROR, "a connection broke", cause);
    context.close();
  }
}

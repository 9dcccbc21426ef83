package io.directord.server.api;

import io.directord.common.json.JsonProblem;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.memory.MemoryBudget.Share;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A connection with the {@link OneShotProtocol}: one JSON object, one reply, then it is closed.
 * Everything but the handling of the request runs on the channel's event loop.
 */
final class OneShotConnection extends ChannelInboundHandlerAdapter {
  private static final System.Logger LOG = System.getLogger(OneShotConnection.class.getName());
  private static final int SILENT_TICKS = 2;

  private final Shared shared;
  private final Caller caller;
  private final JsonEnd end = new JsonEnd();
  private final RequestMemory memory;
  private final RequestBody request;
  private boolean answering;
  private int silentTicks;

  /**
   * The parts shared by all connections.
   *
   * @param requests the memory for all requests
   * @param readers the memory for everything that waits to be read
   */
  record Shared(
      OneShotProtocol protocol,
      Authorizer authorizer,
      Executor workers,
      Share requests,
      ReaderMemory readers,
      ApiLimits limits,
      Auditor auditor) {}

  OneShotConnection(Shared shared, Caller caller) {
    this.shared = shared;
    this.caller = caller;
    this.memory = new RequestMemory(shared.requests, caller);
    this.request = new RequestBody(memory);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf bytes = (ByteBuf) message;
    silentTicks = 0;
    try {
      int length = bytes.forEachByte(next -> !answering && !(answering = end.isEnd(next)));
      request.add(length < 0 ? bytes : bytes.readSlice(length + 1 - bytes.readerIndex()));
      if (answering) {
        answer(context);
      } else {
        context.read();
      }
    } catch (ApiProblem e) {
      answering = true;
      say(context, e.getMessage());
    } finally {
      bytes.release();
    }
  }

  private static void say(ChannelHandlerContext context, String text) {
    context
        .writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.UTF_8))
        .addListener(ChannelFutureListener.CLOSE);
  }

  private void answer(ChannelHandlerContext context) {
    Caller asking = Callers.withRights(context.channel());
    shared.workers.execute(
        () -> {
          try {
            JsonNode said = said();
            shared.protocol.needs(said).ifPresent(one -> require(context, asking, one));
            shared
                .protocol
                .answer(said, asking, part -> write(context, part))
                .whenComplete((done, failure) -> close(context, failure));
          } catch (ApiProblem e) {
            say(context, e.getMessage());
          } catch (RuntimeException e) {
            close(context, e);
          }
        });
  }

  private void require(ChannelHandlerContext context, Caller asking, Permission needed) {
    try {
      ApiProblem.unlessAllowed(shared.authorizer, asking, needed);
    } catch (ApiProblem e) {
      shared.auditor.oneShot(context.channel(), needed, e);
      throw e;
    }
    shared.auditor.oneShot(context.channel(), needed, null);
  }

  private JsonNode said() {
    try (WeighedJson in = request.json()) {
      in.nextToken();
      return in.tree();
    } catch (JacksonException e) {
      throw Call.bad("This JSON cannot be used: " + JsonProblem.of(e));
    }
  }

  private CompletableFuture<Void> write(ChannelHandlerContext context, byte[] part) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    if (!shared.readers.reserveReply(caller, part.length)) {
      return CompletableFuture.failedFuture(new IOException("no memory for the reply"));
    }
    context
        .writeAndFlush(Unpooled.wrappedBuffer(part))
        .addListener(
            sent -> {
              shared.readers.releaseReply(caller, part.length);
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
      LOG.log(Level.DEBUG, "a one-shot request was not answered", failure);
    }
    context.close();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (answering) {
      return;
    }
    if (event instanceof IdleStateEvent && ++silentTicks >= SILENT_TICKS) {
      answering = true;
      say(context, "The rest of the request did not come.");
    } else if (event == ConnectionSignal.STOP) {
      context.close();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    memory.close();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    LOG.log(cause instanceof IOException ? Level.DEBUG : Level.ERROR, "a connection broke", cause);
    context.close();
  }
}

package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.hook.IncomingHooks;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Hooks: who is told of what happens, and what others may start. */
final class HooksApi {
  private final Dispatch dispatch;
  private final IncomingHooks incoming;
  private final Executor workers;

  HooksApi(Dispatch dispatch, IncomingHooks incoming, Executor workers) {
    this.incoming = incoming;
    this.dispatch = dispatch;
    this.workers = workers;
  }

  CompletableFuture<Reply> list(Call call) {
    return CompletableFuture.supplyAsync(
        () ->
            Reply.json(HttpResponseStatus.OK, new Bodies.Hooks(dispatch.hooks(), incoming.views())),
        workers);
  }
}

package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.server.dispatch.Dispatch;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Hooks: who is told of what happens. */
final class HooksApi {
  private final Dispatch dispatch;
  private final Executor workers;

  HooksApi(Dispatch dispatch, Executor workers) {
    this.dispatch = dispatch;
    this.workers = workers;
  }

  CompletableFuture<Reply> list(Call call) {
    return CompletableFuture.supplyAsync(
        () -> Reply.json(HttpResponseStatus.OK, new Bodies.Hooks(dispatch.hooks())), workers);
  }
}

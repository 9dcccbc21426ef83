package io.directord.server.api;

import io.directord.server.dispatch.Dispatch;
import io.directord.server.metrics.Exposition;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** What Prometheus scrapes. */
final class MetricsApi {
  /** Prometheus gives up after ten seconds by default. */
  private static final int ANSWER_SECONDS = 5;

  private final Dispatch dispatch;
  private final Executor workers;
  private final Exposition exposition;

  MetricsApi(ApiConfig config, Dispatch dispatch, Executor workers) {
    this.dispatch = dispatch;
    this.workers = workers;
    this.exposition = new Exposition(dispatch.meters(), config.memory(), config.role().version());
  }

  CompletableFuture<Reply> scrape(Call call) {
    return dispatch
        .figures(call.caller())
        .exceptionally(failure -> null)
        .completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS)
        .thenApplyAsync(
            figures ->
                new Reply(
                    HttpResponseStatus.OK,
                    Exposition.MEDIA_TYPE,
                    exposition.text(figures),
                    Map.of()),
            workers);
  }
}

package io.directord.server.api;

import io.directord.server.dispatch.Dispatch;
import io.directord.server.metrics.Exposition;
import io.directord.server.metrics.Figures;
import io.directord.server.metrics.Meters;
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

  /**
   * @param dispatch null in a server that stands by
   */
  MetricsApi(ApiConfig config, Dispatch dispatch, Meters meters, Executor workers) {
    this.dispatch = dispatch;
    this.workers = workers;
    ServerRole role = config.role();
    this.exposition = new Exposition(meters, config.memory(), role.version(), role.leadership());
  }

  CompletableFuture<Reply> scrape(Call call) {
    return dispatch
        .figures(call.caller())
        .exceptionally(failure -> null)
        .completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS)
        .thenApplyAsync(this::reply, workers);
  }

  CompletableFuture<Reply> scrapeOfStandby(Call call) {
    return CompletableFuture.completedFuture(reply(null));
  }

  private Reply reply(Figures figures) {
    return new Reply(
        HttpResponseStatus.OK, Exposition.MEDIA_TYPE, exposition.text(figures), Map.of());
  }
}

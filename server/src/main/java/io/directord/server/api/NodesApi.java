package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerStatus;
import io.directord.server.dispatch.Dispatch;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** The server itself and its nodes. */
final class NodesApi {
  private final ApiConfig config;
  private final Dispatch dispatch;
  private final ShareWarnings shareWarnings;
  private final Executor workers;
  private final Instant startedAt;
  private final long startedNanos = System.nanoTime();

  NodesApi(ApiConfig config, Dispatch dispatch, ShareWarnings shareWarnings, Executor workers) {
    this.shareWarnings = shareWarnings;
    this.config = config;
    this.dispatch = dispatch;
    this.workers = workers;
    this.startedAt = config.clock().instant();
  }

  CompletableFuture<Reply> status(Call call, RequestBody body) {
    return dispatch
        .nodes(call.caller())
        .thenApplyAsync(nodes -> Reply.json(HttpResponseStatus.OK, status(nodes)), workers);
  }

  CompletableFuture<Reply> list(Call call, RequestBody body) {
    return dispatch
        .nodes(call.caller())
        .thenApplyAsync(
            nodes ->
                Reply.json(
                    HttpResponseStatus.OK, new Bodies.Nodes(nodes, dispatch.refused(), warnings())),
            workers);
  }

  CompletableFuture<Reply> forget(Call call, RequestBody body) {
    return dispatch
        .forgetNodes(call.caller(), call.path().get("id"))
        .thenApplyAsync(
            count -> Reply.json(HttpResponseStatus.OK, new Bodies.Removed(count)), workers);
  }

  private ServerStatus status(List<NodeView> nodes) {
    long active = nodes.stream().filter(node -> node.state() == NodeView.State.ACTIVE).count();
    return new ServerStatus(
        config.version(),
        startedAt,
        Duration.ofNanos(System.nanoTime() - startedNanos),
        nodes.size(),
        (int) active,
        warnings());
  }

  private List<String> warnings() {
    return Stream.concat(dispatch.warnings().stream(), shareWarnings.all().stream()).toList();
  }
}

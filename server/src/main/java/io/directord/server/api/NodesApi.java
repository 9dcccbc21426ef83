package io.directord.server.api;

import io.directord.common.api.Bodies;
import io.directord.common.api.NodeOrder;
import io.directord.common.api.NodeView;
import io.directord.common.api.ServerStatus;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import io.directord.common.wire.NodeAttributes;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.NodeCount;
import io.directord.server.dispatch.NodePage;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The server itself and its nodes. */
final class NodesApi {
  private final ApiConfig config;
  private final Dispatch dispatch;
  private final ShareWarnings shareWarnings;
  private final Executor workers;
  private final Instant startedAt;

  /**
   * @param dispatch null in a server that stands by
   */
  NodesApi(ApiConfig config, Dispatch dispatch, ShareWarnings shareWarnings, Executor workers) {
    this.shareWarnings = shareWarnings;
    this.config = config;
    this.dispatch = dispatch;
    this.workers = workers;
    this.startedAt = config.clock().instant();
  }

  CompletableFuture<Reply> status(Call call) {
    return dispatch
        .countNodes(call.caller())
        .thenApplyAsync(
            nodes -> Reply.json(HttpResponseStatus.OK, status(nodes, warnings())), workers);
  }

  CompletableFuture<Reply> statusOfStandby(Call call) {
    return CompletableFuture.completedFuture(
        Reply.json(
            HttpResponseStatus.OK,
            status(
                new NodeCount(0, 0),
                Stream.concat(
                        Stream.ofNullable(config.role().trouble().get()),
                        shareWarnings.all().stream())
                    .toList())));
  }

  CompletableFuture<Reply> list(Call call) {
    String target = call.parameter("target");
    List<String> targets = target == null ? List.of() : List.of(target);
    NodePage page =
        new NodePage(
            order(call.parameter("sort")),
            state(call.parameter("state")),
            call.number("offset", 0, 0),
            call.number("limit", 1, Integer.MAX_VALUE));
    return dispatch
        .nodes(call.caller(), targets, page)
        .thenApplyAsync(
            shown ->
                Reply.json(
                    HttpResponseStatus.OK,
                    new Bodies.Nodes(
                        shown.nodes(),
                        dispatch.refused(),
                        warnings(),
                        shown.more(),
                        shown.states())),
            workers);
  }

  private static NodeOrder order(String word) {
    if (word == null) {
      return NodeOrder.NAME;
    }
    List<String> words = Arrays.stream(NodeOrder.values()).map(NodeOrder::word).toList();
    return NodeOrder.values()[index("sort", word, words)];
  }

  private static NodeView.State state(String word) {
    if (word == null) {
      return null;
    }
    List<String> words = Arrays.stream(NodeView.State.values()).map(Enum::name).toList();
    return NodeView.State.values()[index("state", word, words)];
  }

  private static int index(String parameter, String word, List<String> words) {
    if (!words.contains(word)) {
      throw Call.bad(
          parameter
              + ": one of "
              + String.join(", ", words)
              + " is expected, not "
              + Quoted.of(word)
              + Nearest.hint(word, words));
    }
    return words.indexOf(word);
  }

  CompletableFuture<Reply> label(Call call, RequestBody body) throws IOException {
    ObjectNode written = ObjectBody.read(body, ObjectBody.keys(Bodies.Labels.class));
    requireTexts(written);
    Bodies.Labels wanted = ObjectBody.as(Bodies.Labels.class, written);
    if (wanted.targets() == null || wanted.targets().isEmpty() || wanted.targets().contains("")) {
      throw Call.bad("targets: a list of nodes or expressions is expected");
    }
    if (wanted.labels() == null || wanted.labels().isEmpty()) {
      throw Call.bad("labels: an object of names and values is expected");
    }
    Map<String, String> set = new TreeMap<>(wanted.labels());
    set.values().removeIf(Objects::isNull);
    NodeAttributes.labelError(set)
        .ifPresent(
            wrong -> {
              throw Call.bad("labels: " + wrong);
            });
    call.note().what(said(wanted.labels()));
    return dispatch
        .label(call.caller(), wanted.targets(), wanted.labels())
        .thenApply(
            nodes -> {
              call.note().nodes(nodes);
              return nodes;
            })
        .thenApplyAsync(
            nodes -> Reply.json(HttpResponseStatus.OK, new Bodies.Labelled(nodes)), workers);
  }

  private static String said(Map<String, String> labels) {
    return new TreeMap<>(labels)
        .entrySet().stream()
            .map(
                label ->
                    label.getValue() == null
                        ? label.getKey() + " removed"
                        : label.getKey() + "=" + label.getValue())
            .collect(Collectors.joining(", ", "labels ", ""));
  }

  /** Anything else would be taken for the text that it is written as. */
  private static void requireTexts(ObjectNode body) {
    for (JsonNode target : body.path("targets")) {
      if (!target.isString()) {
        throw Call.bad("targets: texts are expected, not " + Quoted.begin(target.toString()));
      }
    }
    for (Map.Entry<String, JsonNode> label : body.path("labels").properties()) {
      if (!label.getValue().isString() && !label.getValue().isNull()) {
        throw Call.bad(
            "labels."
                + label.getKey()
                + ": a text is expected, or null to remove it, not "
                + Quoted.begin(label.getValue().toString()));
      }
    }
  }

  CompletableFuture<Reply> forget(Call call) {
    return dispatch
        .forgetNodes(call.caller(), call.path().get("id"))
        .thenApplyAsync(
            nodes -> {
              call.note().nodes(nodes);
              return Reply.json(HttpResponseStatus.OK, new Bodies.Removed(nodes.size()));
            },
            workers);
  }

  private ServerStatus status(NodeCount nodes, List<String> warnings) {
    return new ServerStatus(
        config.role().version(),
        startedAt,
        Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime()),
        nodes.all(),
        nodes.active(),
        warnings,
        config.role().leadership().get());
  }

  private List<String> warnings() {
    return Stream.of(
            dispatch.warnings().stream(),
            shareWarnings.all().stream(),
            Stream.ofNullable(config.role().trouble().get()),
            Stream.ofNullable(config.access().audit().trouble()))
        .flatMap(all -> all)
        .toList();
  }
}

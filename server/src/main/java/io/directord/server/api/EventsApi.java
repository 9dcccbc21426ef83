package io.directord.server.api;

import io.directord.common.api.EventFilter;
import io.directord.server.dispatch.Dispatch;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Following what happens. */
final class EventsApi {
  /** Of all connections, so many may be followers': others are still to be answered. */
  private static final double MAX_SHARE = 0.75;

  private static final String DETAILS =
      Arrays.stream(EventFilter.Detail.values())
          .map(EventFilter.Detail::word)
          .collect(Collectors.joining(", "));

  private final Dispatch dispatch;
  private final AtomicInteger followers = new AtomicInteger();

  EventsApi(Dispatch dispatch) {
    this.dispatch = dispatch;
  }

  Receiver receive(Call call, Exchange connection) {
    Set<UUID> parents =
        call.query().getOrDefault("parent", List.of()).stream()
            .map(parent -> Call.uuid("parent", parent))
            .collect(Collectors.toSet());
    EventFilter filter = new EventFilter(parents, detail(call.parameter("detail")));
    if (followers.incrementAndGet() > connection.limits().connections() * MAX_SHARE) {
      followers.decrementAndGet();
      throw new ApiProblem(
          HttpResponseStatus.SERVICE_UNAVAILABLE,
          "too many follow what happens; try again when some of them have ended",
          Map.of(HttpHeaderNames.RETRY_AFTER.toString(), "1"));
    }
    return new FollowReceiver(
        call.caller(), connection, dispatch, filter, followers::decrementAndGet);
  }

  private static EventFilter.Detail detail(String name) {
    if (name == null) {
      return EventFilter.Detail.JOBS;
    }
    return Arrays.stream(EventFilter.Detail.values())
        .filter(detail -> detail.word().equals(name))
        .findAny()
        .orElseThrow(
            () -> Call.bad("detail: one of " + DETAILS + " is expected, not '" + name + "'"));
  }
}

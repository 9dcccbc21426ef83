package io.directord.server.api;

import io.directord.common.api.EventFilter;
import io.directord.server.dispatch.Dispatch;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Following what happens. */
final class EventsApi {
  private final Dispatch dispatch;

  EventsApi(Dispatch dispatch) {
    this.dispatch = dispatch;
  }

  Receiver receive(Call call, HttpConnection connection) {
    Set<UUID> parents =
        call.query().getOrDefault("parent", List.of()).stream()
            .map(parent -> Call.uuid("parent", parent))
            .collect(Collectors.toSet());
    return new FollowReceiver(
        connection, dispatch, new EventFilter(parents, detail(call.parameter("detail"))));
  }

  private static EventFilter.Detail detail(String name) {
    if (name == null) {
      return EventFilter.Detail.JOBS;
    }
    return Arrays.stream(EventFilter.Detail.values())
        .filter(detail -> detail.name().toLowerCase(Locale.ROOT).equals(name))
        .findAny()
        .orElseThrow(
            () -> Call.bad("detail: jobs, nodes or output is expected, not '" + name + "'"));
  }
}

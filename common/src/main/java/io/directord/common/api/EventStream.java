package io.directord.common.api;

import io.directord.common.http.HttpCall;
import java.io.IOException;

/** Receives the server's events. */
final class EventStream {
  private final ApiCalls calls;

  EventStream(ApiCalls calls) {
    this.calls = calls;
  }

  /** See {@link ServerConnection#follow(EventFilter, ServerConnection.Action, EventHandler)}. */
  void follow(EventFilter filter, ServerConnection.Action subscribed, EventHandler handler)
      throws IOException {
    StringBuilder target = new StringBuilder("/v1/events?detail=");
    target.append(filter.detail().word());
    filter.parents().forEach(parent -> target.append("&parent=").append(parent));
    try (HttpCall exchange = calls.open(target.toString())) {
      EventLines lines = calls.events(exchange);
      subscribed.run();
      Event event;
      do {
        event = calls.event(lines.next(), Replies::event);
      } while (handler.on(event));
    } catch (IOException e) {
      calls.forgetLeader();
      throw e;
    }
  }
}

package io.directord.common.api;

import io.directord.common.http.HttpCall;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Receives the server's events. */
final class EventStream {
  private final ApiCalls calls;

  EventStream(ApiCalls calls) {
    this.calls = calls;
  }

  /** Servers of earlier versions take no notice of it, and tell everything. */
  private static Map<String, String> head(EventFilter filter) {
    Map<String, String> head = new HashMap<>();
    head.put(EventFilter.JOBS_HEADER, filter.jobs().ids());
    head.put(EventFilter.MARKS_HEADER, filter.jobs().marks());
    head.values().removeIf(String::isEmpty);
    return head;
  }

  /** Called once events are being received. */
  @FunctionalInterface
  interface Subscribed {
    /** Whether they are to be handled. */
    boolean goesOn() throws IOException;
  }

  /** See {@link ServerConnection#follow(EventFilter, ServerConnection.Action, EventHandler)}. */
  void follow(EventFilter filter, Subscribed subscribed, EventHandler handler) throws IOException {
    StringBuilder target = new StringBuilder("/v1/events?detail=");
    target.append(filter.detail().word());
    filter.parents().forEach(parent -> target.append("&parent=").append(parent));
    try (HttpCall exchange = calls.open(target.toString(), head(filter))) {
      EventLines lines = calls.events(exchange);
      boolean goesOn = subscribed.goesOn();
      while (goesOn) {
        goesOn = handler.on(calls.event(lines.next(), Replies::event));
      }
    } catch (IOException e) {
      calls.forgetLeader();
      throw e;
    }
  }
}

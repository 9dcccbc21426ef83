package io.directord.common.api;

import io.directord.common.http.HttpCall;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

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
      InputStream body = calls.accepted(exchange);
      subscribed.run();
      var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
      for (Event event = next(lines); handler.on(event); ) {
        event = next(lines);
      }
    } catch (IOException e) {
      calls.forgetLeader();
      throw e;
    }
  }

  /** The next server-sent event. Each has its JSON on one line; other fields are ignored. */
  private Event next(BufferedReader lines) throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data:")) {
        return calls.event(
            line.substring("data:".length()).getBytes(StandardCharsets.UTF_8), Replies::event);
      }
    }
    throw new EOFException("the server closed the connection while it was being followed");
  }
}

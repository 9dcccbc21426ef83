package io.directord.server.api;

import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Map;

/** A request that is refused; the message says what was wrong and what to do. */
final class ApiProblem extends RuntimeException {
  private final HttpResponseStatus status;
  private final Map<String, String> headers;

  ApiProblem(HttpResponseStatus status, String message) {
    this(status, message, Map.of());
  }

  ApiProblem(HttpResponseStatus status, String message, Map<String, String> headers) {
    super(message);
    this.status = status;
    this.headers = headers;
  }

  HttpResponseStatus status() {
    return status;
  }

  /** To be sent with the reply. */
  Map<String, String> headers() {
    return headers;
  }
}

package io.directord.server.api;

import io.directord.common.api.Problem;
import io.directord.common.json.Json;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.server.content.ContentMismatchException;
import io.directord.server.content.InvalidPackException;
import io.directord.server.content.NoSpaceException;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.store.StoreException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * The reply to one request.
 *
 * @param mediaType of the body; null if there is none
 * @param code why the request was refused; null if it was not
 * @param file the body, if it is not in memory; else null
 */
record Reply(
    HttpResponseStatus status,
    String mediaType,
    byte[] body,
    Map<String, String> headers,
    ErrorCode code,
    FileBody file) {
  private static final System.Logger LOG = System.getLogger(Reply.class.getName());

  /** Of a request that was not refused. */
  Reply(HttpResponseStatus status, String mediaType, byte[] body, Map<String, String> headers) {
    this(status, mediaType, body, headers, null, null);
  }

  /** A part of a file. */
  static Reply file(HttpResponseStatus status, FileBody file) {
    return new Reply(status, "application/octet-stream", new byte[0], Map.of(), null, file);
  }

  /** The length of the body in bytes. */
  int length() {
    return file == null ? body.length : file.length();
  }

  /** The same in memory; blocks on the disk if it was not. */
  Reply inMemory() {
    if (file == null) {
      return this;
    }
    try {
      return new Reply(status, mediaType, file.bytes(), headers);
    } catch (IOException e) {
      return problem(e);
    }
  }

  /** The same, from the kernel's memory; blocks on the disk if it was not there. */
  Reply loaded() {
    if (file == null) {
      return this;
    }
    try {
      file.load();
      return this;
    } catch (IOException e) {
      file.close();
      return problem(e);
    }
  }

  /** It is not written. */
  void discard() {
    if (file != null) {
      file.close();
    }
  }

  /** The value as JSON. */
  static Reply json(HttpResponseStatus status, Object value) {
    return new Reply(status, "application/json", Json.bytes(value), Map.of());
  }

  static Reply empty(HttpResponseStatus status) {
    return new Reply(status, null, new byte[0], Map.of());
  }

  /** The same with more headers. */
  Reply with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(headers);
    all.putAll(more);
    return new Reply(status, mediaType, body, all, code, file);
  }

  static Reply problem(ApiProblem problem) {
    HttpResponseStatus status = problem.status();
    return new Reply(
        status,
        Problem.MEDIA_TYPE,
        Json.bytes(
            new Problem(
                status.code(),
                status.reasonPhrase(),
                problem.getMessage(),
                problem.code(),
                problem.errors())),
        problem.headers(),
        problem.code(),
        null);
  }

  /** The reply for this failure. */
  static Reply problem(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof ApiProblem problem) {
      return problem(problem);
    }
    if (cause instanceof RefusedException refused) {
      return problem(
          refused.kind() == RefusedException.Kind.INVALID && !refused.errors().isEmpty()
              ? ApiProblem.of(refused.errors())
              : new ApiProblem(
                  status(refused.kind()),
                  refused.code(),
                  refused.getMessage(),
                  Map.of(),
                  refused.errors()));
    }
    if (cause instanceof ContentMismatchException mismatch) {
      return problem(
          new ApiProblem(
              HttpResponseStatus.UNPROCESSABLE_ENTITY,
              ErrorCode.CONTENT_CHANGED,
              mismatch.getMessage()));
    }
    if (cause instanceof InvalidPackException invalid) {
      return problem(
          new ApiProblem(
              HttpResponseStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, IoErrors.say(invalid)));
    }
    if (cause instanceof NoSpaceException full) {
      return problem(
          new ApiProblem(
              HttpResponseStatus.INSUFFICIENT_STORAGE, ErrorCode.DISK_FULL, full.getMessage()));
    }
    if (cause instanceof StoreException) {
      return problem(
          new ApiProblem(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              ErrorCode.STORE_UNUSABLE,
              cause.getMessage() + "; try again later"));
    }
    if (cause instanceof TimeoutException) {
      return problem(
          new ApiProblem(
              HttpResponseStatus.SERVICE_UNAVAILABLE,
              ErrorCode.SERVER_BUSY,
              "the server is too busy to answer; try again later"));
    }
    LOG.log(Level.ERROR, "a request failed", cause);
    return problem(
        new ApiProblem(
            HttpResponseStatus.INTERNAL_SERVER_ERROR,
            ErrorCode.SERVER_ERROR,
            "the server failed at this request; its log says why"));
  }

  private static HttpResponseStatus status(RefusedException.Kind kind) {
    return switch (kind) {
      case NOT_FOUND -> HttpResponseStatus.NOT_FOUND;
      case INVALID -> HttpResponseStatus.BAD_REQUEST;
      case FORBIDDEN -> HttpResponseStatus.FORBIDDEN;
      case CONFLICT -> HttpResponseStatus.CONFLICT;
      case FULL -> HttpResponseStatus.SERVICE_UNAVAILABLE;
      case UNDECIDED -> HttpResponseStatus.GATEWAY_TIMEOUT;
    };
  }
}

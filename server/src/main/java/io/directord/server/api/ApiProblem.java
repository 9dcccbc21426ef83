package io.directord.server.api;

import io.directord.common.api.Leadership;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.ValidationError;
import io.directord.server.access.Authorizer;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A request that is refused; the message says what was wrong and what to do. */
final class ApiProblem extends RuntimeException {
  private final HttpResponseStatus status;
  private final ErrorCode code;
  private final Map<String, String> headers;
  private final List<ValidationError> errors;

  ApiProblem(HttpResponseStatus status, ErrorCode code, String message) {
    this(status, code, message, Map.of());
  }

  ApiProblem(
      HttpResponseStatus status, ErrorCode code, String message, Map<String, String> headers) {
    this(status, code, message, headers, List.of());
  }

  ApiProblem(
      HttpResponseStatus status,
      ErrorCode code,
      String message,
      Map<String, String> headers,
      List<ValidationError> errors) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.errors = List.copyOf(errors);
  }

  /** Jobs that make no sense; each error names its place. */
  static ApiProblem of(List<ValidationError> errors) {
    return new ApiProblem(
        HttpResponseStatus.BAD_REQUEST,
        ErrorCode.of(errors),
        errors.stream().map(ValidationError::toString).collect(Collectors.joining("\n")),
        Map.of(),
        errors);
  }

  /** Throws 403 if the caller lacks the permission. */
  static void unlessAllowed(Authorizer authorizer, Caller caller, Permission permission) {
    if (!authorizer.allows(caller, permission)) {
      throw new ApiProblem(
          HttpResponseStatus.FORBIDDEN,
          ErrorCode.NO_PERMISSION,
          caller.title()
              + " may not "
              + permission.text()
              + " here; nothing was done. Whoever runs the server can allow it");
    }
  }

  /** While nobody leads, it is worth to ask again. */
  static ApiProblem ofStandby(Leadership leadership) {
    boolean elects = leadership.leader() == null;
    return new ApiProblem(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        ErrorCode.STANDBY,
        elects
            ? "this server stands by, and no server leads at the moment; try again in a moment"
            : "this server stands by: ask the one that leads, " + leadership.leader(),
        elects ? Map.of(HttpHeaderNames.RETRY_AFTER.toString(), "1") : Map.of());
  }

  HttpResponseStatus status() {
    return status;
  }

  /** The cause. */
  ErrorCode code() {
    return code;
  }

  /** To be sent with the reply. */
  Map<String, String> headers() {
    return headers;
  }

  /** What is wrong with what was written, as with single jobs; empty if it is something else. */
  List<ValidationError> errors() {
    return errors;
  }
}

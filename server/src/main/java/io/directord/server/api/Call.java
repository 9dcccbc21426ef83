package io.directord.server.api;

import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Quoted;
import io.directord.server.access.Caller;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The head of one request.
 *
 * @param path the values of the template's parts in braces
 * @param query only parameters that the route knows
 * @param action its method and path
 * @param note what is recorded of it
 */
record Call(
    Map<String, String> path,
    Map<String, List<String>> query,
    HttpHeaders headers,
    Caller caller,
    String action,
    AuditNote note) {

  /** A query parameter given at most once; or null. */
  String parameter(String name) {
    List<String> values = query.getOrDefault(name, List.of());
    if (values.size() > 1) {
      throw bad(name + ": given " + values.size() + " times, but makes sense only once");
    }
    return values.isEmpty() ? null : values.get(0);
  }

  /**
   * A query parameter that is a number.
   *
   * @param missing what it is if it is not given
   */
  int number(String name, int least, int missing) {
    String text = parameter(name);
    if (text == null) {
      return missing;
    }
    if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least) {
      throw bad(name + ": a number from " + least + " is expected, not " + Quoted.of(text));
    }
    return Integer.parseInt(text);
  }

  static UUID uuid(String name, String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw bad(name + ": a UUID is expected, not " + Quoted.of(text));
    }
  }

  static ApiProblem bad(String message) {
    return new ApiProblem(HttpResponseStatus.BAD_REQUEST, ErrorCode.INVALID_REQUEST, message);
  }
}

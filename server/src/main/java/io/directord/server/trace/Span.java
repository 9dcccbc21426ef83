package io.directord.server.trace;

import io.directord.common.json.Json;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something that took time, as OpenTelemetry has it.
 *
 * @param error why it failed; null if it has not
 * @param attributes numbers and texts
 */
record Span(
    Ids ids,
    String name,
    Instant start,
    Instant end,
    String error,
    Map<String, Object> attributes) {
  private static final int INTERNAL = 1;
  private static final int OK = 1;
  private static final int ERROR = 2;

  /**
   * Its place.
   *
   * @param trace 32 hexadecimal digits
   * @param span 16 hexadecimal digits
   * @param parent likewise; null for one without
   */
  record Ids(String trace, String span, String parent) {}

  /** As OTLP writes it in JSON: ids in hexadecimal, numbers of 64 bits as texts. */
  ObjectNode json() {
    ObjectNode json = Json.object().put("traceId", ids.trace()).put("spanId", ids.span());
    if (ids.parent() != null) {
      json.put("parentSpanId", ids.parent());
    }
    json.put("name", name).put("kind", INTERNAL);
    json.put("startTimeUnixNano", nanos(start)).put("endTimeUnixNano", nanos(end));
    json.set("attributes", attributes(attributes));
    ObjectNode status = json.putObject("status");
    status.put("code", error == null ? OK : ERROR);
    if (error != null) {
      status.put("message", error);
    }
    return json;
  }

  static ArrayNode attributes(Map<String, Object> all) {
    ArrayNode list = Json.mapper().createArrayNode();
    all.forEach(
        (key, value) -> {
          if (value != null) {
            ObjectNode typed = list.addObject().put("key", key).putObject("value");
            if (value instanceof Integer number) {
              typed.put("intValue", number.toString());
            } else if (value instanceof Double number) {
              typed.put("doubleValue", number);
            } else {
              typed.put("stringValue", value.toString());
            }
          }
        });
    return list;
  }

  private static String nanos(Instant at) {
    return Long.toString(TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano());
  }
}

package io.directord.common.json;

import tools.jackson.databind.JsonNode;

/** Numbers beyond what a double holds, for people. */
public final class LargeNumber {
  private LargeNumber() {}

  /** The value as JSON; for a number that became infinite when it was read, that it did. */
  public static String shown(JsonNode value) {
    boolean infinite =
        value.isFloatingPointNumber() && !Double.isFinite(value.asDouble(Double.NaN));
    return infinite ? "a number beyond 1.7e308" : value.toString();
  }
}

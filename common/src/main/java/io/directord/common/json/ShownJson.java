package io.directord.common.json;

import tools.jackson.databind.JsonNode;

/** Values of JSON, as messages show them. */
public final class ShownJson {
  private static final int MAX_CHARACTERS = 100;

  private ShownJson() {}

  /**
   * The value as JSON, or the beginning of that; for a number that became infinite when it was
   * read, that it did.
   */
  public static String of(JsonNode value) {
    boolean infinite =
        value.isFloatingPointNumber() && !Double.isFinite(value.asDouble(Double.NaN));
    String text = infinite ? "a number beyond 1.7e308" : value.toString();
    return text.length() <= MAX_CHARACTERS ? text : text.substring(0, MAX_CHARACTERS) + "...";
  }
}

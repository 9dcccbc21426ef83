package io.directord.common.job;

import io.directord.common.validation.Nearest;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads how the server is to go about a job's parent from the job's flat JSON form. */
final class ParentOptionsReader {
  static final String ROLLING = "parent_rolling";
  static final String DEADLINE = "parent_deadline";
  private static final List<String> KEYS = List.of("batch", "max_failures", "quorum", "wait");

  private final ObjectNode in;
  private final List<ValidationError> errors;

  /**
   * @param errors gets what is wrong
   */
  ParentOptionsReader(ObjectNode in, List<ValidationError> errors) {
    this.in = in;
    this.errors = errors;
  }

  ParentOptions read() {
    return new ParentOptions(rolling(), value(in, DEADLINE, "", Span::parse));
  }

  private Rolling rolling() {
    JsonNode value = in.get(ROLLING);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!(value instanceof ObjectNode given)) {
      note(ROLLING, "an object is expected, such as {\"batch\": [1, \"10%\"]}");
      return null;
    }
    String prefix = ROLLING + ".";
    for (String key : given.propertyNames()) {
      if (!KEYS.contains(key)) {
        note(
            prefix + key,
            "unknown key" + Nearest.hint(key, KEYS) + "; there are " + String.join(", ", KEYS));
      }
    }
    Rolling rolling =
        new Rolling(
            batch(given.get("batch")),
            value(given, "max_failures", prefix, text -> Amount.parse(text, 0)),
            value(given, "quorum", prefix, text -> Amount.parse(text, 1)),
            value(given, "wait", prefix, Span::parse));
    rolling.error().ifPresent(error -> note(ROLLING, error));
    return rolling;
  }

  private List<Amount> batch(JsonNode sizes) {
    String key = ROLLING + ".batch";
    List<Amount> batch = new ArrayList<>();
    if (sizes == null || sizes.isNull()) {
      return batch;
    }
    Iterable<JsonNode> all = sizes.isArray() ? sizes : List.of(sizes);
    for (JsonNode size : all) {
      Amount amount = parsed(size, key, text -> Amount.parse(text, 1));
      if (amount != null && batch.size() == Rolling.MAX_SIZES) {
        note(key, "there are more than " + Rolling.MAX_SIZES + " sizes");
        break;
      }
      if (amount != null) {
        batch.add(amount);
      }
    }
    if (sizes.isArray() && sizes.isEmpty()) {
      note(key, "sizes are expected, such as [1, \"10%\", \"50%\"]");
    }
    return batch;
  }

  private <T> T value(ObjectNode of, String key, String prefix, Function<String, T> parser) {
    JsonNode value = of.get(key);
    return value == null || value.isNull() ? null : parsed(value, prefix + key, parser);
  }

  private <T> T parsed(JsonNode value, String key, Function<String, T> parser) {
    try {
      return parser.apply(value.isString() ? value.stringValue() : value.toString());
    } catch (IllegalArgumentException e) {
      note(key, e.getMessage());
      return null;
    }
  }

  private void note(String key, String message) {
    errors.add(new Place.Key(key).error(message));
  }
}

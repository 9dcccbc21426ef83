package io.directord.common.json;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.node.ObjectNode;

/**
 * The one JSON mapper. Names are snake_case as in the original, durations are seconds with a
 * fraction, instants are ISO-8601. Thread-safe; every failure is a {@link JacksonException}, which
 * is unchecked.
 */
public final class Json {
  private Json() {}

  public static JsonMapper mapper() {
    return Made.MAPPER;
  }

  /** Apart, so that trees can be made without it. */
  private static final class Made {
    private static final JsonMapper MAPPER =
        JsonMapper.builder(JsonTree.FACTORY)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            // Keys keep the order of declaration, on which fingerprints depend.
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .addModule(
                new SimpleModule()
                    .addSerializer(Duration.class, new DurationAsSeconds())
                    .addDeserializer(Duration.class, new SecondsAsDuration())
                    .addSerializer(Instant.class, new InstantAsText())
                    .addDeserializer(Instant.class, new TextAsInstant()))
            .build();
  }

  public static ObjectNode object() {
    return JsonTree.object();
  }

  public static byte[] bytes(Object value) {
    return Made.MAPPER.writeValueAsBytes(value);
  }

  public static String text(Object value) {
    return Made.MAPPER.writeValueAsString(value);
  }

  public static <T> T read(byte[] json, Class<T> type) {
    return Made.MAPPER.readValue(json, type);
  }

  public static <T> T read(String json, Class<T> type) {
    return Made.MAPPER.readValue(json, type);
  }

  public static <T> T read(JsonNode json, Class<T> type) {
    return Made.MAPPER.treeToValue(json, type);
  }

  /** The value as a tree; a record or bean becomes an {@link ObjectNode}. */
  public static <T extends JsonNode> T tree(Object value) {
    return Made.MAPPER.valueToTree(value);
  }

  private static final class DurationAsSeconds extends ValueSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator out, SerializationContext context) {
      if (value.getNano() == 0) {
        out.writeNumber(value.getSeconds());
      } else {
        out.writeNumber(value.toNanos() / 1e9);
      }
    }
  }

  private static final class SecondsAsDuration extends ValueDeserializer<Duration> {
    @Override
    public Duration deserialize(JsonParser in, DeserializationContext context) {
      return Duration.ofNanos(Math.round(in.getValueAsDouble() * 1e9));
    }
  }

  private static final class InstantAsText extends ValueSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.toString());
    }
  }

  private static final class TextAsInstant extends ValueDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) {
      String text = in.getValueAsString("");
      try {
        return InstantText.parse(text);
      } catch (DateTimeException e) {
        return (Instant)
            context.handleWeirdStringValue(Instant.class, text, "an ISO-8601 instant is expected");
      }
    }
  }
}

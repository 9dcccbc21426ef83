package io.directord.common.json;

import java.io.ByteArrayOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON as trees, without the mapper: to set that up takes a command line more processor time than
 * all else that it does. Thread-safe; every failure is a {@link JacksonException}, which is
 * unchecked.
 */
public final class JsonTree {
  /** Maximum nesting depth of input; deeper input is refused with a clear error. */
  private static final int MAX_DEPTH = 100;

  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxStringLength(64 << 20).build();

  static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(LIMITS).build();

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonTree() {}

  public static ObjectNode object() {
    return NODES.objectNode();
  }

  public static ArrayNode array() {
    return NODES.arrayNode();
  }

  /** The same tree as the mapper reads. */
  public static JsonNode read(byte[] json) {
    return read(json, FACTORY);
  }

  /**
   * A factory for input that may be made to fill the memory.
   *
   * @param maxTokens of the input; if it has more, that is a {@link
   *     tools.jackson.core.exc.StreamConstraintsException}
   */
  public static JsonFactory factory(long maxTokens) {
    StreamReadConstraints limits = LIMITS.rebuild().maxTokenCount(maxTokens).build();
    return JsonFactory.builder().streamReadConstraints(limits).build();
  }

  /**
   * Likewise.
   *
   * @param factory see {@link #factory}
   */
  public static JsonNode read(byte[] json, JsonFactory factory) {
    try (JsonParser in = factory.createParser(ObjectReadContext.empty(), json)) {
      if (in.nextToken() == null) {
        throw new StreamReadException(in, "there is no value");
      }
      JsonNode value = value(in);
      if (in.nextToken() != null) {
        throw new StreamReadException(in, "something follows the value");
      }
      return value;
    }
  }

  private static JsonNode value(JsonParser in) {
    return switch (in.currentToken()) {
      case START_OBJECT -> object(in);
      case START_ARRAY -> array(in);
      case VALUE_STRING -> NODES.stringNode(in.getString());
      case VALUE_NUMBER_INT -> integer(in);
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(in.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new StreamReadException(in, "a value is expected");
    };
  }

  private static JsonNode integer(JsonParser in) {
    return switch (in.getNumberType()) {
      case INT -> NODES.numberNode(in.getIntValue());
      case LONG -> NODES.numberNode(in.getLongValue());
      default -> NODES.numberNode(in.getBigIntegerValue());
    };
  }

  private static ObjectNode object(JsonParser in) {
    ObjectNode object = NODES.objectNode();
    while (in.nextToken() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      in.nextToken();
      object.set(name, value(in));
    }
    return object;
  }

  private static ArrayNode array(JsonParser in) {
    ArrayNode array = NODES.arrayNode();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(in));
    }
    return array;
  }

  /** UTF-8, as the mapper writes it. */
  public static byte[] bytes(JsonNode value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(value, out);
    }
    return bytes.toByteArray();
  }

  private static void write(JsonNode value, JsonGenerator out) {
    switch (value.getNodeType()) {
      case OBJECT -> {
        out.writeStartObject();
        for (var property : value.properties()) {
          out.writeName(property.getKey());
          write(property.getValue(), out);
        }
        out.writeEndObject();
      }
      case ARRAY -> {
        out.writeStartArray();
        for (JsonNode element : value) {
          write(element, out);
        }
        out.writeEndArray();
      }
      case STRING -> out.writeString(value.stringValue());
      case NUMBER -> number(value, out);
      case BOOLEAN -> out.writeBoolean(value.booleanValue());
      case NULL -> out.writeNull();
      default -> throw new IllegalArgumentException("not JSON: " + value.getNodeType());
    }
  }

  private static void number(JsonNode value, JsonGenerator out) {
    switch (value.numberType()) {
      case INT -> out.writeNumber(value.intValue());
      case LONG -> out.writeNumber(value.longValue());
      case BIG_INTEGER -> out.writeNumber(value.bigIntegerValue());
      case FLOAT -> out.writeNumber(value.floatValue());
      case DOUBLE -> out.writeNumber(value.doubleValue());
      case BIG_DECIMAL -> out.writeNumber(value.decimalValue());
    }
  }
}

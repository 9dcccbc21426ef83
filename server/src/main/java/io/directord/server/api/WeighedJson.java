package io.directord.server.api;

import io.directord.common.json.Json;
import java.io.InputStream;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.JsonParserDelegate;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * Parses the JSON of a request token by token, and reserves memory for each before the next one is
 * read: a short text may become a tree of many times its size.
 */
final class WeighedJson extends JsonParserDelegate {
  /** Maximum length of a text; longer ones must be delivered as files. */
  static final int MAX_TEXT = 4 << 20;

  /** Memory of a token in a tree, beside its text: a node, and its entry in the parent. */
  private static final int TOKEN_BYTES = 80;

  private static final int MAX_DEPTH = 100;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(MAX_TEXT)
                  .build())
          .build();

  private static final ObjectReader TREES =
      Json.mapper()
          .reader()
          .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final RequestMemory memory;

  WeighedJson(InputStream in, RequestMemory memory) {
    super(FACTORY.createParser(ObjectReadContext.empty(), in));
    this.memory = memory;
  }

  /**
   * The value that begins at the current token; it must not have a key twice.
   *
   * @throws ApiProblem if there is no memory for it
   */
  JsonNode tree() {
    return TREES.readTree(this);
  }

  @Override
  public JsonToken nextToken() {
    return weighed(super.nextToken());
  }

  @Override
  public JsonToken nextValue() {
    JsonToken token = nextToken();
    return token == JsonToken.PROPERTY_NAME ? nextToken() : token;
  }

  @Override
  public String nextName() {
    return nextToken() == JsonToken.PROPERTY_NAME ? currentName() : null;
  }

  @Override
  public boolean nextName(SerializableString name) {
    return nextToken() == JsonToken.PROPERTY_NAME && name.getValue().equals(currentName());
  }

  @Override
  public String nextStringValue() {
    return nextToken() == JsonToken.VALUE_STRING ? getString() : null;
  }

  @Override
  public JsonParser skipChildren() {
    super.skipChildren();
    return this;
  }

  private JsonToken weighed(JsonToken token) {
    if (token != null) {
      memory.reserve(TOKEN_BYTES + (token.isScalarValue() ? textBytes(token) : 0));
    }
    return token;
  }

  /** Java holds a text in one byte a character, unless one of them needs two. */
  private long textBytes(JsonToken token) {
    int length = getStringLength();
    if (token == JsonToken.VALUE_STRING) {
      char[] characters = getStringCharacters();
      for (int i = getStringOffset(), end = i + length; i < end; i++) {
        if (characters[i] > 0xff) {
          return 2L * length;
        }
      }
    }
    return length;
  }
}

package io.directord.common.json;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

class JsonTreeTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "\"\"",
        "{\"a\":[1,-7,2147483648,92233720368547758070,1.5,1e300,0.1,true,false,null,{\"b\":[]}]}",
        "{\"text\":\"\\u0000\\n\\\"\\\\/\u00e4\u20ac\ud83d\ude00\\u2028\"}",
        "{\"a\":1,\"a\":2}",
        " [ 1 , 2 ] ",
      })
  void treesAreReadAndWrittenAsByTheMapper(String json) {
    JsonNode tree = JsonTree.read(utf8(json));

    assertEquals(Json.read(utf8(json), JsonNode.class), tree);
    assertArrayEquals(Json.bytes(tree), JsonTree.bytes(tree));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "[1,", "{\"a\":}", "{} {}", "[1] x", "nul", "{\"a\":NaN}"})
  void whatIsNotOneValueIsRefused(String json) {
    assertThrows(JacksonException.class, () -> JsonTree.read(utf8(json)));
  }

  @ParameterizedTest
  @ValueSource(ints = {101, 100_000})
  void whatIsNestedTooDeepIsRefused(int depth) {
    assertThrows(JacksonException.class, () -> JsonTree.read(utf8("[".repeat(depth))));
  }
}

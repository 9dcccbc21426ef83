package io.directord.common.python;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Expectations were taken from Python's {@code ast.literal_eval}. */
class PythonLiteralTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "1 | 1",
        "-1 | -1",
        "+1 | \"+1\"",
        "- 1 | \"- 1\"",
        "1_000 | \"1_000\"",
        "0 | 0",
        "00 | \"00\"",
        "0x1F | \"0x1F\"",
        "0o17 | \"0o17\"",
        "0b101 | \"0b101\"",
        "123456789012345678901234567890 | 123456789012345678901234567890",
        "1.2 | 1.2",
        "1. | \"1.\"",
        ".5 | \".5\"",
        "1e3 | \"1e3\"",
        "1.10 | \"1.10\"",
        "1.0e0 | \"1.0e0\"",
        "1.0 | 1.0",
        "1e+16 | 1.0E16",
        "-0 | \"-0\"",
        "[1.10, {2: 1.20}] | [\"1.10\",{\"2\":\"1.20\"}]",
        "-0.0 | -0.0",
        "True | true",
        "False | false",
        "None | null",
        "'a' | \"a\"",
        "\"it's\" | \"it's\"",
        "'a' \"b\" | \"ab\"",
        "'''a'b''' | \"a'b\"",
        "r'\\d' | \"\\\\d\"",
        "'\\d' | \"\\\\d\"",
        "'\\x41\\101\\u00e9\\t' | \"AAé\\t\"",
        "'' | \"\"",
        "[] | []",
        "[1, 'a', [True]] | [1,\"a\",[true]]",
        "[1, 2,] | [1,2]",
        "() | []",
        "(1) | 1",
        "(1,) | [1]",
        "(1, 2) | [1,2]",
        "1, 2 | [1,2]",
        "1, | [1]",
        "{} | {}",
        "{'a': {'b': [1]}} | {\"a\":{\"b\":[1]}}",
        "{1: 'a', True: 'b', None: 'c', 1.50: 'd'} |"
            + " {\"1\":\"a\",\"true\":\"b\",\"null\":\"c\",\"1.50\":\"d\"}",
        "{'a': 1, 'a': 2} | {\"a\":2}",
      })
  void readsLiterals(String text, String json) {
    assertEquals(json, PythonLiteral.parse(text).map(JsonNode::toString).orElse("none"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "value",
        "two words",
        "1 2",
        "007",
        "1a",
        "1.2.3",
        "--1",
        "true",
        "null",
        "Truely",
        "[",
        "[1",
        "[1 2]",
        "[,]",
        "{'a'}",
        "{'a': }",
        "{1, 2}",
        "{[]: 1}",
        "'a",
        "'a\nb'",
        "'''a",
        "b'a'",
        "f'a'",
        "1e999",
        "1_",
        "_1",
        "0x",
        "0b2",
        "1+2",
        "f()",
        "a.b",
        ",",
        "'\\x4'",
        "'\\ud800'",
        "'\\U00110000'",
        "(",
        "(1",
        "10.0.0.1",
        "2026-11-22",
        "web-1",
        "{{ a }}"
      })
  void everythingElseIsNotALiteral(String text) {
    assertTrue(PythonLiteral.parse(text).isEmpty(), text);
  }

  @Test
  void nestingWithoutEndIsNotALiteral() {
    assertTrue(PythonLiteral.parse("[".repeat(100_000)).isEmpty());
  }

  @Test
  void anyTextIsReadOrIsNotALiteral() {
    Random random = new Random(1);
    String alphabet = "[]{}(),:'\"\\ 01xeE.-+_TrueNonea\n";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(12); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      PythonLiteral.parse(text.toString()).ifPresent(PythonText::of);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "{'key': 'value'} | {'key': 'value'}",
        "[1, 1.5, True, None, {}] | [1, 1.5, True, None, {}]",
        "'it\\'s' | \"it's\"",
        "'a\\'b\"c\\\\d\\n\\x07é' | 'a\\'b\"c\\\\d\\n\\x07é'",
      })
  void printsAsPythonDoes(String text, String printed) {
    assertEquals(printed, PythonText.of(PythonLiteral.parse(text).orElseThrow()));
  }
}

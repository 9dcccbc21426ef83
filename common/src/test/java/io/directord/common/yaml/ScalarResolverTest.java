package io.directord.common.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ScalarResolverTest {
  /** What PyYAML 6 makes of them; texts in single quotes. */
  private static final String VALUES =
      """
      1e3 -> '1e3'
      1.5e3 -> '1.5e3'
      1.5E3 -> '1.5E3'
      1.5e+3 -> 1500.0
      1e+3 -> '1e+3'
      1e-3 -> '1e-3'
      1.e-3 -> 0.001
      -1.5e-3 -> -0.0015
      1. -> 1.0
      -.5 -> '-.5'
      +.5 -> '+.5'
      .5 -> 0.5
      . -> '.'
      0.1.2 -> '0.1.2'
      1_0.5 -> 10.5
      +1 -> 1
      1:30 -> 90
      01:30 -> '01:30'
      1:30.5 -> 90.5
      190:20:30 -> 685230
      1_:30 -> 90
      .inf -> Infinity
      -.INF -> -Infinity
      +.inf -> Infinity
      .nan -> NaN
      0x1F -> 31
      0x -> '0x'
      0b11 -> 3
      012 -> 10
      08 -> '08'
      0o7 -> '0o7'
      1_000 -> 1000
      1__0 -> 10
      _1 -> '_1'
      0_ -> 0
      00 -> 0
      -0 -> 0
      0_1 -> 1
      1,000 -> '1,000'
      yes -> true
      On -> true
      y -> 'y'
      n -> 'n'
      True -> true
      FALSE -> false
      nULL -> 'nULL'
      ~ -> null
      null -> null
      """;

  @Test
  void scalarsAreWhatTheyAreForPython() throws Exception {
    StringBuilder read = new StringBuilder();
    for (String row : VALUES.lines().toList()) {
      String written = row.substring(0, row.indexOf(" -> "));
      YamlReader yaml = new YamlReader(Path.of("a.yaml"), 1000);
      JsonNode all =
          new YamlValues(yaml)
              .json(yaml.compose(("a: " + written).getBytes(StandardCharsets.UTF_8)));
      JsonNode value = all.get("a");
      String text = value.isNull() ? "null" : value.asString();
      read.append(written).append(" -> ").append(value.isString() ? "'" + text + "'" : text);
      read.append('\n');
    }
    assertEquals(VALUES, read.toString());
  }
}

package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyStrengthTest {
  @ParameterizedTest
  @CsvSource({
    "a, false",
    "secrete, false",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, false",
    "0101010101010101010101010101, false",
    "fifteen-letters, false",
    "Zk8vY2hqR1l5b0xQ, true",
    "5f0c1c9c6a8f4a5e9e0b7b5a2d3c4e1f, true",
  })
  void aKeyIsLongAndOfManyCharacters(String key, boolean good) {
    assertEquals(good, KeyStrength.weakness(key).isEmpty());
  }
}

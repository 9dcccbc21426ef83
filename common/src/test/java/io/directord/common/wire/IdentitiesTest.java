package io.directord.common.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdentitiesTest {
  @ParameterizedTest
  @ValueSource(strings = {"web-1", "web 1", "grün.example.org", "a:b/c", "-x"})
  void almostAnythingMayBeAName(String identity) {
    assertEquals(Optional.empty(), Identities.mistake(identity));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a,b' | has a comma, which stands between the names of targets",
        "' a' | has whitespace at an end",
        "'' | is empty",
      })
  void whatCannotBeATargetIsNone(String identity, String mistake) {
    assertEquals(Optional.of(mistake), Identities.mistake(identity));
  }

  @Test
  void whatIsTooLongForTheWireIsNone() {
    assertTrue(Identities.mistake("x".repeat(255)).isEmpty());
    assertTrue(Identities.mistake("x".repeat(256)).get().startsWith("has 256 characters"));
    assertEquals(Optional.of("has control characters"), Identities.mistake("a\nb"));
  }
}

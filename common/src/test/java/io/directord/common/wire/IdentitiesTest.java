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
  @ValueSource(strings = {"web-1", "_a", "grün.example.org", "1.2:3@b+c", "節點", "\uD835\uDC00"})
  void lettersDigitsAndSomeMarksMayBeAName(String identity) {
    assertEquals(Optional.empty(), Identities.error(identity));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'a,b' | has a comma, which stands between the names of targets",
        "' a' | has whitespace",
        "'a\u00a0b' | has whitespace",
        "'' | is empty",
      })
  void whatCannotBeATargetIsNotAnIdentity(String identity, String error) {
    assertEquals(Optional.of(error), Identities.error(identity));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc",
        "/etc",
        "a/b",
        "a\\b",
        ".",
        "..",
        ".a",
        "-x",
        "a;b",
        "$(a)",
        "a*",
        "a'b",
        "a\u202eb",
        "\uD835",
        "a|b",
        "~",
        "a!b",
        "a&b",
        "a\"b",
        "<b>",
        "a=b",
        "%61",
        "a#b"
      })
  void whatAShellOrAFileSystemWouldReadOtherwiseIsNotAnIdentity(String identity) {
    String error = Identities.error(identity).orElseThrow();
    assertTrue(error.contains("a name is made of letters and digits"), error);
  }

  @Test
  void whatIsTooLongForTheWireIsNotAnIdentity() {
    assertTrue(Identities.error("x".repeat(255)).isEmpty());
    assertTrue(Identities.error("x".repeat(256)).get().startsWith("has 256 characters"));
    assertEquals(Optional.of("has control characters"), Identities.error("a\nb"));
  }
}

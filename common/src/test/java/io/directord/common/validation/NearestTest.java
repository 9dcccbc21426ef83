package io.directord.common.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NearestTest {
  private static final List<String> NAMES = List.of("assign", "name", "vars");

  @Test
  void findsWhatWasMeant() {
    assertEquals(Optional.of("assign"), Nearest.to("asign", NAMES));
    assertEquals(Optional.of("vars"), Nearest.to("var", NAMES));
    assertEquals(" (did you mean name?)", Nearest.hint("naem", NAMES));
  }

  @Test
  void twoSwappedLettersAreOneMistake() {
    assertEquals(Optional.of("RUN"), Nearest.to("RNU", List.of("ADD", "ENV", "RUN")));
  }

  @Test
  void caseAndTheDomainBehindANameAreNoMistakes() {
    assertEquals(Optional.of("web-1"), Nearest.to("WEB-1", List.of("db-1", "web-1")));
    assertEquals(
        Optional.of("web-1.example.com"),
        Nearest.to("web-1", List.of("web-1.example.com", "web-2")));
    assertEquals(Optional.of("web-1"), Nearest.to("Web-1.example.com", List.of("web-1", "web-2")));
    assertEquals(Optional.of("NAME"), Nearest.to("naem", List.of("NAME", "VARS")));
  }

  /** Two words of some ten thousand characters would take gigabytes, of the server too. */
  @Test
  void longWordsAreNotCompared() {
    String word = "x".repeat(255);
    assertEquals(Optional.of(word), Nearest.to("y" + word.substring(1), List.of(word)));
    assertEquals(Optional.empty(), Nearest.to("y" + word, List.of("x" + word)));
  }

  @Test
  void saysNothingWhereNothingIsNear() {
    assertEquals(Optional.empty(), Nearest.to("something-else", NAMES));
    assertEquals(Optional.empty(), Nearest.to("xyz", List.of("xab")));
    assertEquals("", Nearest.hint("x", List.of()));
  }
}

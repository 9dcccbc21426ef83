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
  void saysNothingWhereNothingIsNear() {
    assertEquals(Optional.empty(), Nearest.to("something-else", NAMES));
    assertEquals(Optional.empty(), Nearest.to("xyz", List.of("xab")));
    assertEquals("", Nearest.hint("x", List.of()));
  }
}

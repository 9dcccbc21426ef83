package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class DisplayTest {

  @Test
  void aLineBreaksBetweenWordsWhereThereAreAny() {
    assertEquals(List.of("one two", "three"), Display.wrapped("one two three", 7));
    assertEquals(List.of("one two", "  three"), Display.wrapped("one two three", 8, 2));
    assertEquals(List.of("  abcd", "ef"), Display.wrapped("  abcdef", 6));
    assertEquals(List.of("東京", "の 空"), Display.wrapped("東京の 空", 5));
    assertEquals(List.of(""), Display.wrapped("", 5));
  }

  @Test
  void whatWasCutAtItsEndIsCutThereOnly() {
    assertEquals("beginnin... end", Display.cut("beginning, middle and ending end", 15));
    assertEquals("beginning, m...", Display.cut("beginning, middle and...", 15));
  }

  @Test
  void widthsAreThoseOfATerminal() {
    assertEquals("東京  ", Display.padded("東京", 6));
    assertEquals("too long", Display.padded("too long", 3));
  }
}

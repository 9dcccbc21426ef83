package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LineRangeTest {
  private static final String FIVE = "1\n2\n3\n4\n5";

  @Test
  void takesTheLinesThatAreWanted() {
    assertPart("4\n5", 4, 5, LineRange.tail(2));
    assertPart("1\n2\n", 1, 2, LineRange.head(2));
    assertPart("2\n3\n", 2, 3, LineRange.of(null, null, "2:3"));
    assertPart("4\n5", 4, 5, LineRange.of(null, null, "4:"));
    assertPart("1\n2\n3\n", 1, 3, LineRange.of(null, null, ":3"));
    assertPart(FIVE, 1, 5, LineRange.of(null, null, null));
    assertPart(FIVE, 1, 5, LineRange.tail(100));
  }

  @Test
  void linesThatDoNotExistAreLeftOut() {
    assertPart("", 0, 0, LineRange.of(null, null, "6:9"));
    assertEquals(new LineRange.Part("", new LineRange.Lines(0, 0, 0)), LineRange.tail(3).of(""));
    assertEquals("\n", LineRange.tail(1).of("a\n\n").text());
  }

  @Test
  void saysWhatIsWrong() {
    assertWrong("tail: a number of lines from 1 is expected, not '0'", "0", null, null);
    assertWrong("head: a number of lines from 1 is expected, not 'x'", null, "x", null);
    assertWrong("only one of tail, head and lines can be given", "1", "1", null);
    assertWrong("lines: the last line is before the first in '3:2'", null, null, "3:2");
    assertWrong(
        "lines: the first and the last line are expected, such as 10:20, not ':'", null, null, ":");
  }

  private static void assertPart(String text, int from, int to, LineRange range) {
    assertEquals(new LineRange.Part(text, new LineRange.Lines(from, to, 5)), range.of(FIVE));
  }

  private static void assertWrong(String message, String tail, String head, String lines) {
    var e = assertThrows(IllegalArgumentException.class, () -> LineRange.of(tail, head, lines));
    assertEquals(message, e.getMessage());
  }
}

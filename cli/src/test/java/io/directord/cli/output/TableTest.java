package io.directord.cli.output;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How cells stand in their columns. */
class TableTest {
  @Test
  void wideCharactersTakeTwoColumnsAndMarksNone() {
    Table table = new Table(Table.UNLIMITED, Column.keep("ID"), Column.keep("NEXT"));
    table.row("東京-1", "x");
    table.row("zu\u0308rich", "x");
    table.row("😀", "x");
    assertEquals(
        List.of("ID      NEXT", "------  ------", "東京-1  x", "zu\u0308rich  x", "😀      x"),
        table.lines());
  }

  @Test
  void nothingIsCutInTheMiddleOfACharacter() {
    Table table = new Table(20, Column.keep("K"), Column.wrap("V"));
    table.row("k", "😀".repeat(10) + "東京");
    for (String line : table.lines()) {
      assertTrue(Display.width(line) <= 20, line);
      assertEquals(
          line, new String(line.codePoints().toArray(), 0, line.codePointCount(0, line.length())));
    }
    assertEquals("k  " + "😀".repeat(8), table.lines().get(2));
    assertEquals("   😀😀東京", table.lines().get(3));
  }

  @Test
  void aLongLineLosesItsMiddleAndNeverHalfACharacter() {
    assertEquals("short", Display.cut("short", 5));
    assertEquals("0123...89", Display.cut("0123456789", 9));
    assertEquals("😀...e", Display.cut("😀😀😀bcde", 7));
    assertEquals("ab...", Display.cut("abcdef", 5));
  }

  @Test
  void aTerminalIsGivenNoControlCharactersAndAPipeAll() {
    String output = "a\tb\u001b[31mred\rover\u0007";
    Table terminal = new Table(80, Column.keep("OUT"));
    terminal.row(output);
    assertEquals("a       b\\x1b[31mred", terminal.lines().get(2));
    assertEquals("over\\x07", terminal.lines().get(3));
    Table pipe = new Table(Table.UNLIMITED, Column.keep("OUT"));
    pipe.row(output);
    assertEquals("a\tb\u001b[31mred", pipe.lines().get(2));
  }

  @Test
  void theLeastImportantColumnGoesFirst() {
    Table table =
        new Table(20, Column.keep("ID"), Column.dropFirst("SECONDS"), Column.drop("STATE"));
    table.row("0123456789", "0.0001", "ok");
    assertEquals(
        List.of("ID          STATE", "----------  -----", "0123456789  ok"), table.lines());
  }
}

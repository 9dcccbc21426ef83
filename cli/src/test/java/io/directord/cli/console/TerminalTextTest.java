package io.directord.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TerminalTextTest {

  @Test
  void whatATerminalWouldObeyIsShownInstead() {
    assertEquals("\\x1b]0;title\\x07", TerminalText.harmless("\u001b]0;title\u0007"));
    assertEquals("a\\x1b[2Jb\\x0d\\x08\\x00", TerminalText.harmless("a\u001b[2Jb\r\b\0"));
    assertEquals("\\x9b2J\\x7f", TerminalText.harmless("\u009b2J\u007f"));
  }

  @Test
  void linesTabsAndOrdinaryTextStay() {
    String text = "a\tgr\u00fcn\r\nb\n";
    assertEquals(text, TerminalText.harmless(text));
  }

  @Test
  void coloursEndWithTheText() {
    assertEquals("\u001b[1;31mred\n\u001b[0m", TerminalText.harmless("\u001b[1;31mred\n"));
  }

  @Test
  void theDirectionOfTheTextIsNotChanged() {
    assertEquals("web\\u202e1\\u2066\\u2028", TerminalText.harmless("web\u202e1\u2066\u2028"));
    assertEquals("\u05d0\u200f", TerminalText.harmless("\u05d0\u200f"));
  }

  @Test
  void aLineOfALogStaysOne() {
    assertEquals(
        "a\\nb\\r\\x1b[31mc\\u202e\td", TerminalText.oneLine("a\nb\r\u001b[31mc\u202e\td"));
    assertEquals("gr\u00fcn", TerminalText.oneLine("gr\u00fcn"));
  }
}

package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CapturedTest {
  private static final String CUT = "\n[... %d bytes cut out by directord ...]\n";

  @Test
  void whatFitsIsKeptWhole() {
    assertEquals("", captured(10, "").text());
    assertEquals("abc", captured(10, "a", "bc").text());
    assertEquals("0123456789", captured(10, "01234", "56789").text());
    assertEquals("0123456789", captured(10, "0123456", "789").text());
  }

  @Test
  void theMiddleIsCutOutAndItsSizeIsSaid() {
    assertEquals("01234" + CUT.formatted(1) + "6789a", captured(10, "0123456789a").text());
    assertEquals("01234" + CUT.formatted(16) + "lmnop", captured(10, alphabet()).text());
  }

  @Test
  void howItComesInMakesNoDifference() {
    Random random = new Random(1);
    byte[] bytes = alphabet().repeat(9).getBytes(StandardCharsets.UTF_8);
    for (int limit = 2; limit < 300; limit += 2) {
      Captured whole = new Captured(limit);
      whole.add(bytes, 0, bytes.length);
      Captured pieces = new Captured(limit);
      for (int i = 0; i < bytes.length; ) {
        int n = Math.min(random.nextInt(limit * 2), bytes.length - i);
        pieces.add(bytes, i, n);
        i += n;
      }
      assertEquals(whole.text(), pieces.text());
    }
  }

  @Test
  void aCharacterMayLieAcrossTheSeamOfWhatFits() {
    assertEquals("123é567", captured(8, "123é567").text());
  }

  @Test
  void aCharacterThatTheCutWouldSplitIsLeftOutWhole() {
    String text = captured(8, "123é" + alphabet() + "é789").text();
    assertTrue(text.startsWith("123\n[... "), text);
    assertTrue(text.endsWith("...]\n789"), text);
  }

  @Test
  void bytesThatAreNotTextAreReplaced() {
    Captured captured = new Captured(10);
    captured.add(new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3}, 0, 4);
    assertEquals("a\ufffdb\ufffd", captured.text());
  }

  @Test
  void aPartOfAnArrayIsTaken() {
    Captured captured = new Captured(10);
    captured.add("xxabcyy".getBytes(StandardCharsets.UTF_8), 2, 3);
    assertEquals("abc", captured.text());
  }

  @Test
  void outputWithoutEndTakesBoundedMemory() {
    Captured captured = new Captured();
    byte[] megabyte = new byte[1 << 20];
    for (int i = 0; i < 200; i++) {
      captured.add(megabyte, 0, megabyte.length);
    }
    assertTrue(captured.text().length() < Captured.MAX_BYTES + 100);
  }

  private static Captured captured(int limit, String... parts) {
    Captured captured = new Captured(limit);
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      captured.add(bytes, 0, bytes.length);
    }
    return captured;
  }

  private static String alphabet() {
    return "0123456789abcdefghijklmnop";
  }
}

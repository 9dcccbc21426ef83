package io.directord.client.execution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeCharactersTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 7})
  void everyPieceIsTextWhereverItWasCut(int step) {
    String text = "a–ü☃\uD83C\uDF89é".repeat(5);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    WholeCharacters characters = new WholeCharacters();
    StringBuilder pieces = new StringBuilder();
    for (int i = 0; i < bytes.length; i += step) {
      byte[] piece = Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + step));
      pieces.append(new String(characters.add(piece, piece.length), StandardCharsets.UTF_8));
    }
    assertEquals(text, pieces.toString());
    assertEquals(0, characters.rest().length);
  }

  @Test
  void bytesThatAreNotTextPassUnchanged() {
    byte[] bytes = new byte[1024];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 7);
    }
    WholeCharacters characters = new WholeCharacters();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte value : bytes) {
      all.writeBytes(characters.add(new byte[] {value}, 1));
    }
    all.writeBytes(characters.rest());
    assertArrayEquals(bytes, all.toByteArray());
  }

  @Test
  void aCharacterThatNeverEndsIsGivenInTheEnd() {
    WholeCharacters characters = new WholeCharacters();
    assertEquals(0, characters.add(new byte[] {(byte) 0xe2, (byte) 0x98}, 2).length);
    assertEquals(2, characters.rest().length);
  }
}

package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

@Timeout(300)
class ReplyReaderTest {
  private static final int HEAP = 1 << 20;

  private final ReplyReader reader =
      new ReplyReader(new ServerAddress.Socket(Path.of("/run/s.sock")), HEAP);

  @Test
  void readsWhatFits() throws Exception {
    byte[] all = new byte[HEAP / 8];
    assertArrayEquals(all, reader.bytes(new ByteArrayInputStream(all)));
    assertEquals(3, reader.tree(bytes("[1, {\"a\": 2}, []]")).size());
    EventLines events =
        reader.events(new ByteArrayInputStream(bytes("id: 1\n\ndata: {}\ndata:1\n")));
    assertEquals(" {}", new String(events.next(), StandardCharsets.UTF_8));
    assertEquals("1", new String(events.next(), StandardCharsets.UTF_8));
    assertThrows(EOFException.class, events::next);
  }

  @Test
  void refusesWhatDoesNotEnd() {
    assertTooLong(() -> reader.bytes(new Endless(" ")));
    assertTooLong(() -> reader.events(new Endless("data: x")).next());
    assertTooLong(() -> reader.events(new Endless(":")).next());
  }

  /** Of a few bytes each, which take a hundred in a tree. */
  @Test
  void refusesMoreValuesThanFit() {
    assertTooLong(() -> reader.tree(bytes("[" + "{},".repeat(HEAP / 256) + "{}]")));
    assertTooLong(() -> reader.tree(bytes("[".repeat(1000))));
  }

  private static void assertTooLong(Executable reading) {
    TooLongException refused = assertThrows(TooLongException.class, reading);
    assertEquals(ErrorCode.OUT_OF_MEMORY, refused.code());
    assertTrue(refused.getMessage().contains("/run/s.sock sends more than"), refused::getMessage);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static final class Endless extends InputStream {
    private final byte[] text;
    private int at;

    Endless(String text) {
      this.text = bytes(text);
    }

    @Override
    public int read() throws IOException {
      return text[at++ % text.length];
    }
  }
}

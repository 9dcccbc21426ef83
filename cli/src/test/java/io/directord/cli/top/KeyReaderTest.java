package io.directord.cli.top;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.cli.top.KeyPress.Kind;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/** On lines of any speed; time passes only as it is waited for. */
class KeyReaderTest {
  private record Sent(long at, char character) {}

  private final Deque<Sent> sent = new ArrayDeque<>();
  private long now;

  /** Sends each of the characters so long after the one before. */
  private KeyReaderTest after(long millis, String characters) {
    for (char one : characters.toCharArray()) {
      long before = sent.isEmpty() ? now : sent.getLast().at();
      sent.add(new Sent(before + millis, one));
    }
    return this;
  }

  private int read(long millis) {
    if (sent.isEmpty()) {
      return -1;
    }
    if (sent.element().at() > now + millis) {
      now += millis;
      return KeyReader.EXPIRED;
    }
    now = Math.max(now, sent.element().at());
    return sent.remove().character();
  }

  private List<KeyPress> keys() throws IOException {
    KeyReader reader = new KeyReader(this::read, () -> false);
    List<KeyPress> keys = new ArrayList<>();
    KeyPress key = reader.next();
    while (key.kind() != Kind.INTERRUPT) {
      keys.add(key);
      key = reader.next();
    }
    return keys;
  }

  private static List<KeyPress> of(Kind... kinds) {
    return List.of(kinds).stream().map(KeyPress::of).toList();
  }

  @Test
  void anArrowIsOneKeyHoweverSlowTheLineIs() throws Exception {
    for (long millis : new long[] {0, 10, 60, 400}) {
      assertEquals(
          of(Kind.UP, Kind.DOWN, Kind.PAGE_UP),
          after(millis, "\u001b[A\u001bOB\u001b[5~").keys(),
          () -> millis + " ms");
    }
  }

  @Test
  void anEscapeIsAKeyOfItsOwnAndTakesNothingAfterIt() throws Exception {
    assertEquals(of(Kind.ESCAPE), after(0, "\u001b").keys());
    assertEquals(
        List.of(KeyPress.of(Kind.ESCAPE), KeyPress.of('q')),
        after(0, "\u001b").after(200, "q").keys());
    assertEquals(of(Kind.ESCAPE, Kind.ESCAPE), after(0, "\u001b").after(700, "\u001b").keys());
  }

  @Test
  void whatIsPressedWithAltMeansNothing() throws Exception {
    assertEquals(
        List.of(KeyPress.of(Kind.OTHER), KeyPress.of('j')),
        after(0, "\u001bq").after(200, "j").keys());
  }
}

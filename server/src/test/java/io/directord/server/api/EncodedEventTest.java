package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage.Stream;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EncodedEventTest {
  private static final UUID ID = UUID.randomUUID();

  /** Of a text as JSON. */
  private static final int QUOTES = 2;

  @Test
  void textsAreWeighedAsTheJsonThatTheyBecome() {
    for (int character = 0; character <= Character.MAX_VALUE; character++) {
      if (!Character.isSurrogate((char) character)) {
        assertWeighed(Character.toString(character));
      }
    }
    assertWeighed("\uD83D\uDE00 x");
    assertWeighed("\0".repeat(1000));
  }

  @Test
  void soAreTheTextsOfAResult() {
    NodeOutcome outcome = SampleViews.answered("node", "\0\0");
    assertEquals(
        12 + outcome.info().length(),
        EncodedEvent.textBytes(new Event.NodeAnswered(ID, ID, outcome)));
  }

  private static void assertWeighed(String text) {
    Event event = new Event.JobOutput(ID, ID, "node", Stream.STDOUT, text, null, 0);
    assertEquals(
        Json.bytes(text).length - QUOTES,
        EncodedEvent.textBytes(event),
        () -> "U+" + Integer.toHexString(text.codePointAt(0)));
  }
}

package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.Frames;
import io.directord.zeromq.InboundConnection;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoomTest {
  private static final long MAX_SMALL =
      InboundConnection.sizeOf(Frames.MAX_SMALL_MESSAGE_BYTES, Frames.MAX_FRAMES_OF_SMALL);

  private final List<List<byte[]>> sent = new ArrayList<>();
  private final Room room = new Room();

  /** Room that is granted is used up by what the server counts as large, and by nothing else. */
  @Test
  void asksForNothingThatTheServerTakesAsItIs() {
    List<byte[]> largestSmall = message(MAX_SMALL);

    assertTrue(room.send(largestSmall, sent::add));

    assertEquals(List.of(largestSmall), sent);
    assertFalse(room.isAskedFor());
  }

  @Test
  void asksForWhatTheServerCountsAsLarge() {
    List<byte[]> large = message(MAX_SMALL + 1);

    assertFalse(room.send(large, sent::add));
    assertTrue(room.isAskedFor());
    room.granted(MAX_SMALL + 1);

    assertTrue(room.send(large, sent::add));
    assertEquals(large, sent.get(1));
  }

  /** In one frame, which no message is; only its size counts here. */
  private static List<byte[]> message(long size) {
    return List.of(new byte[(int) (size - InboundConnection.sizeOf(0, 1))]);
  }
}

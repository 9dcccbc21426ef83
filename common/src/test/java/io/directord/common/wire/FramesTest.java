package io.directord.common.wire;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FramesTest {

  @Test
  void smallMessagesAreOneFrame() throws Exception {
    Frames sent =
        new Frames("id", Control.FINISHED, "RUN", new byte[] {1}, "grün", null, new byte[] {0});

    List<byte[]> packed = sent.toBytes();
    Frames read = Frames.of(packed);

    assertEquals(1, packed.size());
    assertEquals("id", read.messageId());
    assertEquals(Control.FINISHED, read.control());
    assertEquals("RUN", read.command());
    assertArrayEquals(new byte[] {1}, read.data());
    assertEquals("grün", read.info());
    assertNull(read.stderr());
    assertArrayEquals(new byte[] {0}, read.stdout());
  }

  @Test
  void largeFieldsTravelInPiecesThatNoSocketRefuses() throws Exception {
    byte[] stderr = bytes(3 * Frames.MAX_FRAME_BYTES + 7);
    byte[] stdout = bytes(40_000);

    List<byte[]> packed =
        new Frames("id", Control.FAILED, "RUN", null, null, stderr, stdout).toBytes();
    Frames read = Frames.of(packed);

    assertTrue(packed.stream().allMatch(frame -> frame.length <= Frames.MAX_FRAME_BYTES));
    assertArrayEquals(stderr, read.stderr());
    assertArrayEquals(stdout, read.stdout());
  }

  @Test
  void aChunkOfContentIsNotCopied() throws Exception {
    byte[] sealed = bytes(Delivery.CHUNK_BYTES + 16);

    List<byte[]> packed =
        new Frames("id", Control.TRANSFER_END, null, null, null, null, sealed).toBytes();

    assertSame(sealed, packed.get(1));
    assertSame(sealed, Frames.of(packed).stdout());
  }

  @Test
  void damagedMessagesAreBadMessagesAndNothingElse() {
    Random random = new Random(1);
    byte[] good =
        new Frames("id", Control.FINISHED, "RUN", bytes(50), "info", null, bytes(20_000))
            .toBytes()
            .get(0);
    for (int i = 0; i < 20_000; i++) {
      byte[] bad = good.clone();
      for (int flips = random.nextInt(3); flips >= 0; flips--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      List<byte[]> frames = new ArrayList<>(List.of(bad));
      for (int more = random.nextInt(3); more > 0; more--) {
        frames.add(bytes(random.nextInt(30_000)));
      }
      try {
        Frames.of(frames);
      } catch (BadMessageException e) {
        assertTrue(e.getMessage().length() > 5);
      }
    }
    assertThrows(BadMessageException.class, () -> Frames.of(List.of()));
    assertThrows(BadMessageException.class, () -> Frames.of(List.of(new byte[0])));
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}

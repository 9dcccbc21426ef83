package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.FetchComing;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferTextTest {
  private static final long MIB = 1 << 20;
  private static final long SECOND = 1_000_000_000;

  private final TransferText text = new TransferText();

  @Test
  void saysHowMuchOfHowMuchAndHowFast() {
    assertEquals("", text.text());
    text.coming(List.of(coming("a", 0, null), coming("b", 0, FetchComing.Wait.TURN)), 0);
    assertEquals("0 bytes of 40 MiB, 1 node waits for others", text.text());
    text.coming(List.of(coming("a", 2, null), coming("b", 0, null)), SECOND);
    assertEquals("2.0 MiB of 40 MiB", text.text());
    text.coming(List.of(coming("a", 14, null), coming("b", 8, null)), 3 * SECOND);
    assertEquals("22 MiB of 40 MiB (10 MiB/s)", text.text());
    text.brought(20 * MIB);
    text.coming(List.of(coming("b", 12, null)), 4 * SECOND);
    assertEquals("32 MiB of 40 MiB (10 MiB/s)", text.text());
    text.coming(List.of(), 5 * SECOND);
    assertEquals("", text.text());
  }

  @Test
  void saysWhatNodesWaitFor() {
    FetchComing.Wait room = FetchComing.Wait.ROOM;
    text.coming(List.of(coming("a", 0, room), coming("b", 0, room)), 0);
    assertEquals("0 bytes of 40 MiB, 2 nodes wait for room on the server", text.text());
  }

  private static FetchComing coming(String node, long mib, FetchComing.Wait waits) {
    return new FetchComing(node, mib * MIB, 20 * MIB, waits);
  }
}

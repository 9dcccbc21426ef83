package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.job.Job;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.WireCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutputBufferTest {
  private final Job job = TestVerbs.job("RUN", "x");
  private final Job other = TestVerbs.job("RUN", "y");
  private final List<NodeMessage.Output> sent = new ArrayList<>();
  private long now;
  private final OutputBuffer buffer = new OutputBuffer(() -> now);

  @Test
  void smallPiecesOfTheSameStreamGrowTogether() {
    add(job, Stream.STDOUT, "a");
    add(job, Stream.STDOUT, "b");
    add(job, Stream.STDERR, "e");
    add(job, Stream.STDOUT, "c");
    add(other, Stream.STDOUT, "d");
    assertTrue(buffer.send(this::take));
    assertEquals(List.of("ab", "e", "c", "d"), texts());
  }

  @Test
  void keepsWhatTheNetworkDoesNotTake() {
    add(job, Stream.STDOUT, "a");
    assertFalse(buffer.send(frames -> false));
    add(job, Stream.STDOUT, "b");
    assertTrue(buffer.send(this::take));
    assertEquals("ab", String.join("", texts()));
  }

  @Test
  void dropsTheOldestAndSaysSoWhenACommandIsFasterThanTheNetwork() {
    String piece = "x".repeat(OutputBuffer.MAX_PIECE_BYTES);
    for (int i = 0; i < 100; i++) {
      add(job, Stream.STDOUT, piece);
    }
    add(job, Stream.STDOUT, "the newest");
    sendAll();
    String all = String.join("", texts());
    assertTrue(all.length() <= OutputBuffer.MAX_BYTES + 200, "" + all.length());
    assertTrue(all.endsWith("the newest"));
    int kept = (all.length() - all.replace("x", "").length());
    assertTrue(texts().get(0).startsWith("\n[... "), texts().get(0).substring(0, 20));
    String missing = texts().get(0).substring(6, texts().get(0).indexOf(" bytes"));
    assertEquals(100 * piece.length(), kept + Integer.parseInt(missing));
  }

  @Test
  void goesOutAtABoundedRate() {
    String piece = "x".repeat(OutputBuffer.MAX_PIECE_BYTES);
    for (int i = 0; i < 60; i++) {
      add(job, Stream.STDOUT, piece);
    }
    assertFalse(buffer.send(this::take));
    int first = String.join("", texts()).length();
    assertTrue(first <= OutputBuffer.BYTES_PER_SECOND + piece.length(), "" + first);
    assertFalse(buffer.send(this::take));
    assertEquals(first, String.join("", texts()).length());
    now += TimeUnit.SECONDS.toNanos(1);
    assertTrue(buffer.send(this::take));
  }

  private void sendAll() {
    while (!buffer.send(this::take)) {
      now += TimeUnit.SECONDS.toNanos(1);
    }
  }

  private void add(Job of, Stream stream, String text) {
    buffer.add(of, stream, text.getBytes(StandardCharsets.UTF_8));
  }

  private boolean take(List<byte[]> frames) {
    try {
      sent.add((NodeMessage.Output) WireCodec.decodeFromNode(Frames.of(frames)));
      return true;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> texts() {
    return sent.stream().map(o -> new String(o.bytes(), StandardCharsets.UTF_8)).toList();
  }
}

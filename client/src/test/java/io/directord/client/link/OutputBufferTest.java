package io.directord.client.link;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.job.Job;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.NodeMessage.Stream;
import io.directord.common.wire.OutputPosition;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class OutputBufferTest {
  private final Job job = TestVerbs.job("RUN", "x");
  private final Job other = TestVerbs.job("RUN", "y");
  private final List<NodeMessage.Output> sent = new ArrayList<>();
  private volatile long now;
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

  /** What a command leaves in its pipe when it ends comes at once. */
  @Test
  void whatComesAtOnceIsCutIntoPiecesOfWholeCharacters() {
    String text = "x" + "ü€".repeat(30_000);
    add(job, Stream.STDOUT, text);

    sendAll();

    assertEquals(text, String.join("", texts()));
    assertTrue(
        sent.stream().allMatch(piece -> piece.bytes().length <= OutputBuffer.MAX_PIECE_BYTES));
  }

  @Test
  void piecesAreNumberedByStreamAndSayHowManyLinesWereBefore() {
    add(job, Stream.STDOUT, "a\nb\n");
    assertFalse(buffer.send(frames -> false));
    assertTrue(buffer.send(this::take));
    add(job, Stream.STDERR, "e\n");
    add(job, Stream.STDOUT, "c");
    add(other, Stream.STDOUT, "d");
    assertTrue(buffer.send(this::take));
    buffer.forget(job.id());
    add(job, Stream.STDOUT, "again");
    assertTrue(buffer.send(this::take));

    assertEquals(
        List.of(
            OutputPosition.START,
            OutputPosition.START,
            new OutputPosition(1, 2),
            OutputPosition.START,
            OutputPosition.START),
        sent.stream().map(NodeMessage.Output::position).toList());
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
  void dropsTheOldestAndCountsItWhenNobodyWaitsForRoom() {
    String piece = "x".repeat(OutputBuffer.MAX_PIECE_BYTES - 1) + "\n";
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
    long lost = sent.get(0).lostLines();
    assertTrue(
        texts()
            .get(0)
            .startsWith(
                "\n[... "
                    + lost
                    + " lines ("
                    + lost * piece.length()
                    + " bytes) are missing here: "));
    assertEquals(100 * (piece.length() - 1), kept + lost * (piece.length() - 1));
    assertEquals(lost, sent.stream().mapToLong(NodeMessage.Output::lostLines).sum());
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

  @Test
  void whatIsMissingIsToldThoughNothingOfTheJobFollows() {
    add(job, Stream.STDERR, "a\nb\n");
    String piece = "x".repeat(OutputBuffer.MAX_PIECE_BYTES);
    for (int i = 0; i < 64; i++) {
      add(other, Stream.STDOUT, piece);
    }
    assertTrue(buffer.holds(job.id()));
    sendAll();
    assertFalse(buffer.holds(job.id()));
    NodeMessage.Output last = sent.get(sent.size() - 1);
    assertEquals(job.id(), last.jobId());
    assertEquals(2, last.lostLines());
  }

  @Test
  void whoHasMoreWaitsForRoomAndLosesNothing() throws Exception {
    String piece = "x".repeat(OutputBuffer.MAX_PIECE_BYTES);
    int pieces = 3 * OutputBuffer.MAX_BYTES / piece.length();
    Thread command =
        new Thread(
            () -> {
              for (int i = 0; i < pieces; i++) {
                add(job, Stream.STDOUT, piece);
                awaitRoom();
              }
            });
    command.start();
    await().until(() -> command.getState() == Thread.State.TIMED_WAITING);
    while (command.isAlive()) {
      buffer.send(this::take);
      now += TimeUnit.MILLISECONDS.toNanos(1);
    }
    sendAll();
    assertEquals(pieces * piece.length(), String.join("", texts()).length());
    assertEquals(0, sent.stream().mapToLong(NodeMessage.Output::lostLines).sum());
  }

  @Test
  void nobodyWaitsForANetworkThatHasStoppedOrForAJobThatHasEnded() throws Exception {
    String piece = "x".repeat(OutputBuffer.MAX_PIECE_BYTES);
    while (!waits(() -> false)) {
      add(job, Stream.STDOUT, piece);
    }
    assertFalse(waits(() -> true));
    now += OutputBuffer.STALLED_NANOS;
    assertFalse(waits(() -> false));
    assertTrue(buffer.send(this::take) || !sent.isEmpty());
  }

  private boolean waits(BooleanSupplier over) throws InterruptedException {
    Thread waiting =
        new Thread(
            () -> {
              try {
                buffer.awaitRoom(over);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    waiting.start();
    await().until(() -> !waiting.isAlive() || waiting.getState() == Thread.State.TIMED_WAITING);
    boolean waits = waiting.isAlive();
    waiting.interrupt();
    waiting.join();
    return waits;
  }

  private void awaitRoom() {
    try {
      buffer.awaitRoom(() -> false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
      sent.add((NodeMessage.Output) NodeCodec.decode(Frames.of(frames)));
      return true;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> texts() {
    return sent.stream().map(o -> new String(o.bytes(), StandardCharsets.UTF_8)).toList();
  }
}

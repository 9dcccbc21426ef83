package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Frames;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.WireCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultQueueTest {
  @TempDir Path folder;
  private final List<String> sent = new ArrayList<>();
  private Journal journal;
  private ResultQueue queue;
  private long now;

  @BeforeEach
  void open() throws Exception {
    journal = JournalOpener.open(folder, "boot", Clock.systemUTC()).journal();
    queue = new ResultQueue(journal, Clock.systemUTC(), () -> now);
  }

  @AfterEach
  void close() throws Exception {
    journal.close();
  }

  @Test
  void sendsEachOnceAndAgainWhenNobodySaysThatItIsSafe() {
    UUID first = add("first");
    UUID second = add("second");
    send();
    send();
    assertEquals(List.of("first", "second"), sent);
    queue.safe(List.of(first));
    now += ResultQueue.AGAIN_NANOS;
    assertEquals(0, queue.nanosUntilDue(now));
    send();
    assertEquals(List.of("first", "second", "second"), sent);
    queue.safe(List.of(second));
    assertEquals(Long.MAX_VALUE, queue.nanosUntilDue(now));
  }

  @Test
  void aNewConnectionGetsWhatWasUnderWayBeforeTheRestInOrder() {
    add("1");
    add("2");
    send();
    sent.clear();
    add("3");
    queue.again();
    send();
    assertEquals(List.of("1", "2", "3"), sent);
  }

  @Test
  void holdsBackWhatIsTooMuchAtOnce() {
    String large = "x".repeat(1 << 20);
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      jobs.add(add(large));
    }
    send();
    assertEquals(ResultQueue.MAX_BYTES_UNDER_WAY >> 20, sent.size());
    queue.safe(jobs.subList(0, 3));
    send();
    assertEquals((ResultQueue.MAX_BYTES_UNDER_WAY >> 20) + 3, sent.size());
    assertTrue(queue.hasWaiting());
  }

  @Test
  void whatBecameSafeBeforeItWasSentIsNotSent() {
    UUID job = add("x");
    queue.safe(List.of(job));
    send();
    assertEquals(List.of(), sent);
  }

  @Test
  void aResultThatCannotBeReadIsAnsweredAllTheSame() throws Exception {
    UUID job = add("x".repeat(3 << 20));
    Path file = folder.resolve("journal");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    List<List<byte[]>> messages = new ArrayList<>();
    queue.send(messages::add);
    Frames frames = Frames.of(messages.get(0));
    NodeResult result = ((NodeMessage.Ended) WireCodec.decodeFromNode(frames)).result();
    assertEquals(job, result.jobId());
    assertEquals(Outcome.Reason.ERROR, ((Outcome.Failed) result.outcome()).reason());
    assertTrue(result.outcome().info().contains(file.toString()), result.outcome().info());
  }

  private UUID add(String text) {
    UUID job = UUID.randomUUID();
    List<byte[]> frames = List.of(text.getBytes());
    journal.ended(job, job, false, frames);
    queue.add(job, frames);
    return job;
  }

  private void send() {
    queue.send(frames -> sent.add(new String(frames.get(0))));
  }
}

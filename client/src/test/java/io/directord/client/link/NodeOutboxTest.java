package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage.Stream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeOutboxTest {
  @TempDir Path directory;
  private final List<List<byte[]>> sent = new ArrayList<>();
  private long now = 1;
  private UUID lastEnded;
  @AutoClose private Journal journal;
  private NodeOutbox outbox;

  @BeforeEach
  void open() throws IOException {
    journal = JournalOpener.open(directory, "boot", Clock.systemUTC()).journal();
    Lease lease = new Lease(Duration.ofMinutes(3), Clock.systemUTC(), () -> now, () -> {});
    Lease.Question question = lease.ask();
    lease.answered(question);
    outbox = new NodeOutbox(journal, lease, () -> {}, Clock.systemUTC(), () -> now);
  }

  @Test
  void aResultAfterAQuietMomentGoesAtOnce() {
    ended();
    outbox.send(sent::add);
    assertEquals(1, sent.size());
  }

  @Test
  void whatEndsSoonAfterIsGatheredAndGoesTogether() {
    ended();
    outbox.send(sent::add);
    ended();
    outbox.send(sent::add);
    ended();
    outbox.send(sent::add);
    assertEquals(1, sent.size());
    now += outbox.nanosUntilDue(now);
    outbox.send(sent::add);
    assertEquals(3, sent.size());
  }

  @Test
  void afterAQuietMomentNothingIsDue() {
    long nothing = outbox.nanosUntilDue(now);
    ended();
    outbox.send(sent::add);
    outbox.durable(List.of(lastEnded));
    now += outbox.nanosUntilDue(now);
    outbox.send(sent::add);
    assertEquals(nothing, outbox.nanosUntilDue(now));
  }

  @Test
  void whatTheNetworkDidNotTakeIsTriedAgainSoon() {
    ended();
    for (int i = 0; i < 3; i++) {
      outbox.send(frames -> false);
      long due = outbox.nanosUntilDue(now);
      assertTrue(due < TimeUnit.SECONDS.toNanos(1), () -> "only in " + due + " ns");
      now += due;
    }
    outbox.send(sent::add);
    assertEquals(1, sent.size());
  }

  @Test
  void aResultGoesAfterAllOutputOfItsJob() throws Exception {
    Job job = TestVerbs.job("RUN", "x");
    byte[] output = new byte[OutputBuffer.MAX_PIECE_BYTES];
    long pieces = 2 * OutputBuffer.BYTES_PER_SECOND / output.length;
    for (int i = 0; i < pieces; i++) {
      outbox.output(job, Stream.STDOUT, output);
    }
    ended(job.id());
    for (int i = 0; i < 100 && sent.size() <= pieces; i++) {
      outbox.send(sent::add);
      now += TimeUnit.MILLISECONDS.toNanos(100);
      assertTrue(sent.size() > pieces || outbox.hasResults());
    }
    assertEquals(pieces + 1, sent.size());
    assertEquals(1, sent.get(sent.size() - 1).get(0)[0]);
    assertEquals(1, sent.stream().filter(frames -> frames.get(0).length == 1).count());
  }

  private void ended() {
    ended(UUID.randomUUID());
  }

  private void ended(UUID job) {
    lastEnded = job;
    List<byte[]> frames = List.of(new byte[] {1});
    journal.ended(lastEnded, lastEnded, false, frames);
    outbox.ended(lastEnded, frames);
  }
}

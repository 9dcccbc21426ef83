package io.directord.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.journal.Journal;
import io.directord.client.journal.JournalOpener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutboxTest {
  @TempDir Path folder;
  private final List<List<byte[]>> sent = new ArrayList<>();
  private final Wakeup wakeup = new Wakeup();
  private long now = 1;
  private UUID lastEnded;
  private Journal journal;
  private Outbox outbox;

  @BeforeEach
  void open() throws IOException {
    journal = JournalOpener.open(folder, "boot", Clock.systemUTC()).journal();
    outbox = new Outbox(journal, wakeup, Clock.systemUTC(), () -> now);
  }

  @AfterEach
  void close() throws IOException {
    journal.close();
    wakeup.close();
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
    outbox.safe(List.of(lastEnded));
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

  private void ended() {
    lastEnded = UUID.randomUUID();
    List<byte[]> frames = List.of(new byte[] {1});
    journal.ended(lastEnded, lastEnded, false, frames);
    outbox.ended(lastEnded, frames);
  }
}

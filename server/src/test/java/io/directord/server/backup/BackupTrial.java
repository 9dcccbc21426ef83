package io.directord.server.backup;

import static io.directord.server.store.StoredSamples.NOW;
import static io.directord.server.store.StoredSamples.job;
import static io.directord.server.store.StoredSamples.outcome;
import static io.directord.server.store.StoredSamples.schedule;
import static io.directord.server.store.StoredSamples.summary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.BackupView;
import io.directord.common.loop.LoopThread;
import io.directord.common.wire.JournalState;
import io.directord.server.content.ContentCopies;
import io.directord.server.content.ContentStore;
import io.directord.server.content.Trees;
import io.directord.server.schedule.ScheduleState;
import io.directord.server.store.Change;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoreWriter;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Clocks;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Backs a store up while it is written, and restores it into another one. */
public final class BackupTrial {
  /** Every so-manieth job is forgotten. */
  private static final long EVERY = 10;

  private final JobStore store;
  private final Path directory;

  public BackupTrial(JobStore store, Path directory) {
    this.store = store;
    this.directory = directory;
  }

  /** Fails if something is missing in the copy, or is there that was forgotten before. */
  public void run() throws Exception {
    StoredNode node =
        new StoredNode(
            "a", "key", "machine", "1.0", "zeromq", NOW, new JournalState(UUID.randomUUID(), 5L));
    StoreWriter<Object> writer =
        new StoreWriter<>(store, Clocks.ofMachine(Clock.systemUTC()), markers -> {}, () -> {});
    LoopThread thread = LoopThread.start("writer", writer, (name, why) -> {});
    ContentStore contents = ContentStore.open(directory.resolve("contents"), null);
    ContentCopies copies = new ContentCopies(contents, new Trees(contents));
    Path file = directory.resolve("backup");
    long before = 300;
    long seq = 0;
    try (Backups backups =
        new Backups(
            Files.createDirectories(directory.resolve("state")),
            store,
            writer,
            copies,
            () -> NOW)) {
      writer.write(
          List.of(
              new Change.PutNode(node),
              new Change.PutSchedule(schedule("nightly"), ScheduleState.beginning(NOW))),
          this);
      for (; seq < before; seq++) {
        write(writer, seq + 1);
      }
      BackupView made = backups.begin().orElseThrow();
      while (backups.find(made.id().toString()).orElseThrow().state() == BackupView.State.MAKING) {
        write(writer, ++seq);
      }
      assertEquals(
          BackupView.State.READY,
          backups.find(made.id().toString()).orElseThrow().state(),
          () -> backups.find(made.id().toString()).toString());
      try (FileChannel in = backups.open(made.id().toString()).orElseThrow();
          InputStream bytes = Channels.newInputStream(in)) {
        Files.copy(bytes, file);
      }
    } finally {
      thread.close();
    }

    MemoryStore restored = new MemoryStore();
    Restoration restoration = new Restoration(file);
    restoration.verify((sha256, stored) -> {});
    Instant later = NOW.plus(Duration.ofDays(1));
    Restoration.GoesOn goesOn = restoration.into(restored, copies, later);

    assertEquals(List.of("nightly"), goesOn.missed());
    assertEquals(List.of(node.restored(later)), restored.nodes());
    long last = restored.lastSeq();
    assertTrue(last >= before && last <= seq, last + " of " + seq);
    for (long one = 1; one <= last; one++) {
      Optional<StoredJob> job = restored.job(one);
      if (one % EVERY == 0 && one + EVERY <= before) {
        assertTrue(job.isEmpty(), "forgotten job " + one);
      } else if (one % EVERY != 0) {
        assertTrue(job.isPresent(), "job " + one);
        boolean hasEnded = restored.summary(one).isPresent();
        assertTrue(hasEnded || one > before, "job " + one + " has ended");
        assertTrue(!hasEnded || restored.answered(one).equals(Set.of(0, 1)), "job " + one);
      }
    }
  }

  /** Each job is submitted in one commit and ends in another one; some are forgotten later. */
  private static void write(StoreWriter<Object> writer, long seq) throws InterruptedException {
    StoredJob job = job(seq, UUID.randomUUID());
    writer.write(List.of(new Change.PutJob(job)), "");
    writer.write(
        List.of(
            new Change.PutResult(seq, 0, outcome("a", "out")),
            new Change.PutResult(seq, 1, outcome("b", "out")),
            new Change.PutSummary(seq, summary(job))),
        "");
    if (seq % EVERY == 0) {
      writer.write(List.of(new Change.ForgetJobs(List.of(seq - EVERY))), "");
    }
  }
}

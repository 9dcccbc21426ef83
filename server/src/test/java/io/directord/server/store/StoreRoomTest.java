package io.directord.server.store;

import static io.directord.server.store.StoredSamples.job;
import static io.directord.server.store.StoredSamples.outcome;
import static io.directord.server.store.StoredSamples.summary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.JournalState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much room the store takes, on the disk and in the memory, and what it does without. */
class StoreRoomTest {
  private static final String NULS = "\u0000".repeat(100_000);

  @TempDir Path directory;

  @Test
  void roomOfWhatWasReplacedAndForgottenIsUsedAgain() throws IOException {
    replaceAndForget(0);
  }

  @Test
  void roomIsUsedAgainThoughTheClockIsBehindThatOfAnEarlierStart() throws IOException {
    EmbeddedStore.open(directory).close();
    Instant now = Instant.now();
    saveAsIfCreated(now.minus(Duration.ofDays(1)));
    // What is written now is of a day after that; and then the clock is a day behind.
    saveAsIfCreated(now);
    replaceAndForget(5000);
  }

  private void saveAsIfCreated(Instant created) {
    try (MVStore store = TablesFile.open(directory.resolve("server.store"))) {
      store.openMap("other").put("written at", created.toString());
      store.getStoreHeader().put("created", created.toEpochMilli());
      store.commit();
    }
  }

  private void replaceAndForget(int retentionMillis) throws IOException {
    try (JobStore store = EmbeddedStore.open(directory, 200_000, retentionMillis)) {
      for (long seq = 1; seq <= 300; seq++) {
        StoredJob job = job(seq, UUID.randomUUID());
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.PutJob(job));
        changes.add(new Change.PutResult(seq, 0, outcome("a", "y".repeat(100_000))));
        changes.add(new Change.PutSummary(seq, summary(job)));
        if (store.endedJobs() > 20) {
          changes.add(new Change.ForgetJobs(store.seqs(null).subList(0, 1)));
        }
        store.commit(changes);
      }

      // 30 MB of output were written, 2 MB of them are still kept.
      assertTrue(Files.size(Path.of(store.location())) < 12_000_000);
    }
  }

  @Test
  void roomOfJobsThatWereAllForgottenGoesBackToTheDisk() throws IOException {
    Path file;
    try (EmbeddedStore store = EmbeddedStore.open(directory)) {
      file = Path.of(store.location());
      StoredJob unended = job(1, UUID.randomUUID());
      store.commit(List.of(new Change.PutJob(unended)));
      for (long seq = 2; seq <= 200; seq++) {
        StoredJob job = job(seq, UUID.randomUUID());
        store.commit(
            List.of(
                new Change.PutJob(job),
                new Change.PutResult(seq, 0, outcome("a", "y".repeat(100_000))),
                new Change.PutSummary(seq, summary(job))));
      }
      assertTrue(Files.size(file) > 16_000_000);

      store.commit(List.of(new Change.ForgetJobs(store.seqs(null))));

      assertTrue(Files.size(file) < 1_000_000, () -> file.toFile().length() + " bytes");
      assertEquals(1, store.unended().size());
      store.commit(List.of(new Change.PutJob(job(201, UUID.randomUUID()))));
      assertEquals(2, store.unended().size());
    }
    try (EmbeddedStore again = EmbeddedStore.open(directory)) {
      assertEquals(List.of(1L, 201L), again.unended().stream().map(StoredJob::seq).toList());
    }
  }

  @Test
  void whatCannotBeSavedForWantOfRoomDoesNotFillTheMemory() {
    AtomicLong usable = new AtomicLong(Long.MAX_VALUE);
    Path place = directory.resolve("room");
    try (EmbeddedStore store = EmbeddedStore.open(place, 1 << 20, 0, file -> usable.get())) {
      usable.set(1 << 20);
      StoreException refused =
          assertThrows(
              StoreException.class,
              () -> {
                for (long written = 0;
                    written < Runtime.getRuntime().maxMemory() / 2;
                    written += 2 << 20) {
                  store.commit(large("n" + written));
                }
              });
      assertTrue(refused.getMessage().contains("to save the tables takes"), refused::getMessage);
      usable.set(Long.MAX_VALUE);
      store.commit(List.of());
      assertTrue(store.nodes().size() > 1);
    }
  }

  private static List<Change> large(String name) {
    return List.of(
        new Change.PutNode(
            new StoredNode(
                name,
                "x".repeat(2 << 20),
                name,
                "1",
                "zeromq",
                Instant.now(),
                JournalState.UNKNOWN)));
  }

  @Test
  void noSaveIsOfMuchMoreThanTheLimit() throws IOException {
    Path place = directory.resolve("limited");
    try (JobStore store = EmbeddedStore.open(place, 400_000, 60_000)) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      for (int target = 0; target < 50; target++) {
        store.commit(List.of(new Change.PutResult(1, target, outcome("a", NULS))));
      }
      requireSmallSaves(StoreCopy.of(place, directory.resolve("crash")));
    }
  }

  @Test
  void aLongLogIsSavedInPartsWhenItIsOpened() throws IOException {
    Path place = directory.resolve("long");
    Path crash;
    try (JobStore store = EmbeddedStore.open(place, 1 << 30, 60_000)) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      for (int target = 0; target < 50; target++) {
        store.commit(List.of(new Change.PutResult(1, target, outcome("a", NULS))));
      }
      crash = StoreCopy.of(place, directory.resolve("crash"));
    }
    try (JobStore store = EmbeddedStore.open(crash, 400_000, 60_000)) {
      assertEquals(50, store.answered(1).size());
      requireSmallSaves(StoreCopy.of(crash, directory.resolve("opened")));
    }
    try (JobStore again = EmbeddedStore.open(crash, 400_000, 60_000)) {
      assertEquals(50, again.answered(1).size());
      assertEquals(NULS, again.result(1, 49).orElseThrow().stdout());
    }
  }

  @Test
  void whatWasReplayedInPartGoesOnThereAfterACrash() throws IOException {
    Path place = directory.resolve("long");
    Path crash;
    try (JobStore store = EmbeddedStore.open(place, 1 << 30, 60_000)) {
      for (int seq = 1; seq <= 20; seq++) {
        store.commit(List.of(new Change.PutJob(job(seq, UUID.randomUUID()))));
        store.commit(List.of(new Change.PutResult(seq, 0, outcome("a", NULS))));
      }
      crash = StoreCopy.of(place, directory.resolve("crash"));
    }
    byte[] log = Files.readAllBytes(crash.resolve("server.redo"));
    EmbeddedStore.open(crash, 400_000, 60_000).close();
    byte[] tables = Files.readAllBytes(crash.resolve("server.store"));
    for (int bytes = 8192; bytes < tables.length; bytes += 301 * 4096) {
      Path cut = Files.createDirectories(directory.resolve("cut" + bytes));
      Files.write(cut.resolve("server.store"), Arrays.copyOf(tables, bytes));
      Files.write(cut.resolve("server.redo"), log);
      try (JobStore store = EmbeddedStore.open(cut)) {
        assertEquals(20, store.unended().size());
        for (int seq = 1; seq <= 20; seq++) {
          assertEquals(NULS, store.result(seq, 0).orElseThrow().stdout());
        }
      }
    }
  }

  /** What H2 writes at a time lies in the memory as a whole. */
  private static void requireSmallSaves(Path copy) {
    List<Long> bytes = new ArrayList<>();
    try (MVStore store = TablesFile.openToRead(copy.resolve("server.store"))) {
      store
          .getLayoutMap()
          .entrySet()
          .forEach(
              entry -> {
                if (entry.getKey().startsWith("chunk.")) {
                  Map<String, String> chunk = DataUtils.parseMap(entry.getValue());
                  bytes.add(DataUtils.readHexLong(chunk, "len", 0) * 4096);
                }
              });
    }
    // The limit, one change, and the page beside it.
    assertTrue(bytes.size() > 5 && bytes.stream().allMatch(b -> b < 700_000), bytes::toString);
  }
}

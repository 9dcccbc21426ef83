package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.JournalState;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends JobStoreContract {
  private static final String NULS = "\u0000".repeat(100_000);

  @TempDir Path directory;

  @Override
  protected JobStore open() {
    return EmbeddedStore.open(directory.resolve("contract"));
  }

  @Test
  void whatIsCommittedSurvivesACrashWhereverItStrikes() throws IOException {
    UUID parent = UUID.randomUUID();
    Path original = directory.resolve("original");
    List<Path> crashes = new ArrayList<>();
    // So small a log that saving the tables is among what is interrupted.
    try (JobStore store = EmbeddedStore.open(original, 20_000, 0)) {
      for (int seq = 1; seq <= 12; seq++) {
        store.commit(
            List.of(
                new Change.PutJob(job(seq, parent)),
                new Change.PutResult(seq, 1, outcome("b", "x".repeat(5000)))));
        crashes.add(copy(original, "crash" + seq));
      }
    }

    for (int committed = 1; committed <= 12; committed++) {
      try (JobStore reopened = EmbeddedStore.open(crashes.get(committed - 1))) {
        assertEquals(committed, reopened.unended().size());
        assertEquals(committed, reopened.seqs(parent).size());
        assertEquals(5000, reopened.result(committed, 1).orElseThrow().stdout().length());
      }
    }
  }

  @Test
  void aTornLastWriteTakesNothingElseWithIt() throws IOException {
    Path original = directory.resolve("original");
    long before;
    Path crash;
    try (JobStore store = EmbeddedStore.open(original)) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      before = Files.size(original.resolve("server.redo"));
      store.commit(List.of(new Change.PutJob(job(2, UUID.randomUUID()))));
      crash = copy(original, "crash");
    }
    byte[] whole = Files.readAllBytes(crash.resolve("server.redo"));

    for (int length = (int) before; length < whole.length; length += 101) {
      Path torn = copy(crash, "torn" + length);
      Files.write(torn.resolve("server.redo"), Arrays.copyOf(whole, length));
      try (JobStore reopened = EmbeddedStore.open(torn)) {
        assertEquals(1, reopened.unended().size());
        reopened.commit(List.of(new Change.PutJob(job(3, UUID.randomUUID()))));
      }
      try (JobStore again = EmbeddedStore.open(torn)) {
        assertEquals(List.of(1L, 3L), again.unended().stream().map(StoredJob::seq).toList());
      }
    }
  }

  @Test
  void aLogThatWasSavedAlreadyChangesNothing() throws IOException {
    Path original = directory.resolve("original");
    Path crash;
    try (JobStore store = EmbeddedStore.open(original)) {
      StoredJob job = job(1, UUID.randomUUID());
      store.commit(List.of(new Change.PutJob(job), new Change.PutSummary(1, summary(job))));
      store.commit(List.of(new Change.ForgetJobs(List.of(1L))));
      store.commit(List.of(new Change.PutJob(job(2, UUID.randomUUID()))));
      crash = copy(original, "crash");
    }
    Files.copy(
        original.resolve("server.store"),
        crash.resolve("server.store"),
        StandardCopyOption.REPLACE_EXISTING);

    try (JobStore reopened = EmbeddedStore.open(crash)) {
      assertEquals(List.of(2L), reopened.unended().stream().map(StoredJob::seq).toList());
      assertEquals(0, reopened.endedJobs());
    }
  }

  @Test
  void aCommitThatChangesNothingHidesNothingThatFollows() throws IOException {
    Path original = directory.resolve("original");
    Path crash;
    try (JobStore store = EmbeddedStore.open(original)) {
      store.commit(List.of(new Change.PutResult(7, 0, outcome("a", "of a forgotten job"))));
      store.commit(List.of(new Change.PutJob(job(8, UUID.randomUUID()))));
      crash = copy(original, "crash");
    }

    try (JobStore reopened = EmbeddedStore.open(crash)) {
      assertEquals(List.of(8L), reopened.unended().stream().map(StoredJob::seq).toList());
    }
  }

  private Path copy(Path from, String name) throws IOException {
    Path to = Files.createDirectories(directory.resolve(name));
    for (String file : List.of("server.store", "server.redo")) {
      Files.copy(from.resolve(file), to.resolve(file));
    }
    return to;
  }

  @Test
  void refusesADirectoryThatAnotherServerUses() {
    Path used = directory.resolve("used");
    try (JobStore first = EmbeddedStore.open(used)) {
      StoreException refused = assertThrows(StoreException.class, () -> EmbeddedStore.open(used));

      assertTrue(refused.getMessage().startsWith("another server uses " + first.location()));
    }
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    try (JobStore store = EmbeddedStore.open(directory)) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(store.location()))));
    }
  }

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
  void aFileOfAnEarlierVersionIsMovedToOneWithChecksums() throws IOException {
    UUID parent = UUID.randomUUID();
    Path place = directory.resolve("plain");
    fillPlain(place, parent);

    for (int start = 1; start <= 2; start++) {
      try (LogLines log = new LogLines("io.directord.server.store");
          EmbeddedStore store = EmbeddedStore.open(place)) {
        assertEquals(2 - start, log.lines().size(), log.lines()::toString);
        assertTrue(log.lines().stream().allMatch(line -> line.contains("by an earlier version")));
        assertEquals(50, store.seqs(parent).size());
        assertEquals("of 50", store.result(50, 0).orElseThrow().stdout());
      }
      try (Stream<Path> files = Files.list(place)) {
        assertTrue(files.noneMatch(file -> file.toString().matches(".*\\.(damaged-.*|new)")));
      }
    }
    Path file = place.resolve("server.store");
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    try (BlockFile blocks = BlockFile.open(file, true)) {
      assertFalse(blocks.isPlain());
    }
  }

  @Test
  void damageInAFileOfAnEarlierVersionIsToldAndTheFileIsKept() throws IOException {
    UUID parent = UUID.randomUUID();
    Path place = directory.resolve("plain");
    fillPlain(place, parent);
    byte[] tables = Files.readAllBytes(place.resolve("server.store"));
    tables[new String(tables, StandardCharsets.ISO_8859_1).indexOf("of 7")] ^= 1;
    // H2 has two such headers.
    tables[0] ^= 1;
    Files.write(place.resolve("server.store"), tables);
    Files.delete(place.resolve("server.redo"));

    try (LogLines log = new LogLines("io.directord.server.store");
        EmbeddedStore store = EmbeddedStore.open(place)) {
      assertTrue(log.lines().get(0).contains("missing: 1 of 50 results"), log.lines()::toString);
      assertEquals(50, store.seqs(parent).size());
      assertEquals("of 8", store.result(8, 0).orElseThrow().stdout());
      try (Stream<Path> files = Files.list(place)) {
        Path kept =
            files.filter(file -> file.toString().contains(".store.damaged-")).findFirst().get();
        assertArrayEquals(tables, Files.readAllBytes(kept));
      }
    }
  }

  private void fillPlain(Path place, UUID parent) throws IOException {
    try (JobStore store = EmbeddedStore.open(place)) {
      for (int seq = 1; seq <= 50; seq++) {
        store.commit(List.of(new Change.PutJob(job(seq, parent))));
        store.commit(List.of(new Change.PutResult(seq, 0, outcome("a", "of " + seq))));
      }
    }
    Path tables = place.resolve("server.store");
    ByteBuffer content;
    try (BlockFile file = BlockFile.open(tables, true)) {
      content = ByteBuffer.allocate((int) file.size());
      file.read(content, 0);
    }
    // H2 alone writes that and nothing else.
    Files.write(tables, content.array());
    try (MVStore plain = new MVStore.Builder().fileName(tables.toString()).readOnly().open()) {
      assertTrue(plain.hasMap("results"));
    }
  }

  @Test
  void aJobWhoseDefinitionIsDamagedIsForgottenAllTheSame() throws IOException {
    Path place = directory.resolve("damaged");
    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      StoredJob job = job(1, UUID.randomUUID());
      store.commit(List.of(new Change.PutJob(job), new Change.PutSummary(1, summary(job))));
    }
    byte[] bytes = Files.readAllBytes(place.resolve("server.store"));
    int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("submitted_by");
    bytes[at] ^= 1;
    Files.write(place.resolve("server.store"), bytes);

    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      assertEquals(List.of(1L), store.seqs(null));
      store.commit(List.of(new Change.ForgetJobs(List.of(1L))));
      assertEquals(0, store.endedJobs());
    }
  }

  @Test
  void afterASyncThatFailedItGoesOnInANewLogAndLosesNothing() throws IOException {
    Path place = directory.resolve("synced");
    UUID parent = UUID.randomUUID();
    Path crash;
    try (JobStore store = EmbeddedStore.open(place)) {
      store.commit(List.of(new Change.PutJob(job(1, parent))));
      // An interrupt makes the sync of the log fail.
      Thread.currentThread().interrupt();
      List<Change> second = List.of(new Change.PutJob(job(2, parent)));
      assertThrows(StoreException.class, () -> store.commit(second));
      assertTrue(Thread.interrupted());
      store.commit(List.of());
      store.commit(List.of(new Change.PutJob(job(3, parent))));
      crash = copy(place, "crash");
    }
    // Nothing in it is needed: nobody knows what of it was on the disk.
    try (JobStore reopened = EmbeddedStore.open(crash)) {
      assertEquals(List.of(1L, 2L, 3L), reopened.seqs(parent));
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
  void somethingElseThanAFileIsSaidToBeThat() throws IOException {
    for (String name : List.of("server.store", "server.redo", "server.redo.earlier")) {
      Path place = directory.resolve("dir-" + name);
      EmbeddedStore.open(place).close();
      Files.deleteIfExists(place.resolve(name));
      Path inTheWay = Files.createDirectory(place.resolve(name));
      StoreException refused = assertThrows(StoreException.class, () -> EmbeddedStore.open(place));
      assertTrue(
          refused.getMessage().contains(inTheWay + " is a directory, and directord keeps a file"),
          refused::getMessage);
      assertTrue(refused.getMessage().contains("move it away"), refused::getMessage);
    }
  }

  @Test
  void filesThatAreTakenAwayOrReplacedWhileItRunsAreMadeAnew() throws IOException {
    UUID parent = UUID.randomUUID();
    Path place = directory.resolve("taken");
    Path tables = place.resolve("server.store");
    Path redo = place.resolve("server.redo");
    long seq = 0;
    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      for (List<Path> taken : List.of(List.of(redo), List.of(tables), List.of(tables, redo))) {
        for (boolean replaced : List.of(false, true)) {
          store.commit(List.of(new Change.PutJob(job(++seq, parent))));
          for (Path file : taken) {
            Files.delete(file);
            if (replaced) {
              Files.writeString(file, "another file");
            }
          }
          store.upkeep();
          requireAfterACrash(place, seq);
        }
        store.commit(List.of(new Change.PutJob(job(++seq, parent))));
        for (Path file : taken) {
          Files.delete(file);
        }
        store.commit(List.of(new Change.PutJob(job(++seq, parent))));
        requireAfterACrash(place, seq);
      }
      for (Path file : List.of(tables, redo, RedoLog.earlier(redo))) {
        Files.deleteIfExists(file);
      }
      store.upkeep();
      requireAfterACrash(place, seq);
    }
  }

  @Test
  void filesThatAreCutShortWhileItRunsAreMadeAnew() throws IOException {
    Path place = directory.resolve("cut");
    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      Files.write(place.resolve("server.redo"), new byte[0]);
      store.upkeep();
      requireAfterACrash(place, 1);
    }
  }

  @Test
  void tablesThatAreCutShortWhileItRunsAreNoticedAndMadeAnewOfTheLog() throws IOException {
    Path place = directory.resolve("cut");
    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      Files.write(place.resolve("server.store"), new byte[0]);
      try {
        store.upkeep();
      } catch (StoreException e) {
        assertTrue(e.getMessage().contains("was cut short"), e.getMessage());
        store.upkeep();
      }
      assertEquals(1, store.unended().size());
      requireAfterACrash(place, 1);
    }
  }

  @Test
  void jobsAreForgottenForWhoAsksOnlyOnceTheDiskHasThat() throws IOException {
    Path place = directory.resolve("forgetting");
    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      StoredJob job = job(1, UUID.randomUUID());
      store.commit(List.of(new Change.PutJob(job), new Change.PutSummary(1, summary(job))));
      // In the way of the file that the log is to be made anew in.
      Files.delete(place.resolve("server.redo"));
      Path obstacle = Files.createDirectories(place.resolve("server.redo.new/obstacle"));

      assertThrows(
          StoreException.class, () -> store.commit(List.of(new Change.ForgetJobs(List.of(1L)))));
      assertEquals(1, store.endedJobs());
      assertTrue(store.job(job.job().id()).isPresent());

      Files.delete(obstacle);
      Files.delete(obstacle.getParent());
      store.commit(List.of());
      assertEquals(0, store.endedJobs());
      assertTrue(store.job(job.job().id()).isEmpty());
    }
  }

  private void requireAfterACrash(Path place, long jobs) throws IOException {
    Path crash = copy(place, "crash of " + place.getFileName() + UUID.randomUUID());
    try (JobStore after = EmbeddedStore.open(crash)) {
      assertEquals(jobs, after.unended().size());
    }
  }

  @Test
  void noSaveIsOfMuchMoreThanTheLimit() throws IOException {
    Path place = directory.resolve("limited");
    try (JobStore store = EmbeddedStore.open(place, 400_000, 60_000)) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      for (int target = 0; target < 50; target++) {
        store.commit(List.of(new Change.PutResult(1, target, outcome("a", NULS))));
      }
      requireSmallSaves(copy(place, "crash"));
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
      crash = copy(place, "crash");
    }
    try (JobStore store = EmbeddedStore.open(crash, 400_000, 60_000)) {
      assertEquals(50, store.answered(1).size());
      requireSmallSaves(copy(crash, "opened"));
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
      crash = copy(place, "crash");
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

package io.directord.server.store;

import static io.directord.server.store.StoredSamples.job;
import static io.directord.server.store.StoredSamples.outcome;
import static io.directord.server.store.StoredSamples.summary;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends JobStoreContract {
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
        crashes.add(StoreCopy.of(original, directory.resolve("crash" + seq)));
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
      crash = StoreCopy.of(original, directory.resolve("crash"));
    }
    byte[] whole = Files.readAllBytes(crash.resolve("server.redo"));

    for (int length = (int) before; length < whole.length; length += 101) {
      Path torn = StoreCopy.of(crash, directory.resolve("torn" + length));
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
      crash = StoreCopy.of(original, directory.resolve("crash"));
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
      crash = StoreCopy.of(original, directory.resolve("crash"));
    }

    try (JobStore reopened = EmbeddedStore.open(crash)) {
      assertEquals(List.of(8L), reopened.unended().stream().map(StoredJob::seq).toList());
    }
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
      crash = StoreCopy.of(place, directory.resolve("crash"));
    }
    // Nothing in it is needed: nobody knows what of it was on the disk.
    try (JobStore reopened = EmbeddedStore.open(crash)) {
      assertEquals(List.of(1L, 2L, 3L), reopened.seqs(parent));
    }
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
    Path crash =
        StoreCopy.of(
            place, directory.resolve("crash of " + place.getFileName() + UUID.randomUUID()));
    try (JobStore after = EmbeddedStore.open(crash)) {
      assertEquals(jobs, after.unended().size());
    }
  }
}

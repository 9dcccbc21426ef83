package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest extends JobStoreContract {
  @TempDir Path folder;

  @Override
  JobStore open() {
    return EmbeddedStore.open(folder.resolve("contract"));
  }

  @Test
  void whatIsCommittedIsInTheFile() throws IOException {
    UUID parent = UUID.randomUUID();
    Path copy = folder.resolve("copy");
    Files.createDirectories(copy);
    try (JobStore store = EmbeddedStore.open(folder.resolve("original"))) {
      for (int seq = 1; seq <= 20; seq++) {
        store.commit(
            List.of(
                new Change.PutJob(job(seq, parent)),
                new Change.PutResult(seq, 1, outcome("b", "x".repeat(5000)))));
      }
      // What a crash of the process would leave.
      Files.copy(Path.of(store.location()), copy.resolve("server.store"));
    }

    try (JobStore reopened = EmbeddedStore.open(copy)) {
      assertEquals(20, reopened.unended().size());
      assertEquals(5000, reopened.result(20, 1).orElseThrow().stdout().length());
      assertEquals(20, reopened.seqs(parent).size());
    }
  }

  @Test
  void aTornLastWriteLosesNothingThatWasCommittedBefore() throws IOException {
    Path torn = folder.resolve("torn");
    Files.createDirectories(torn);
    try (JobStore store = EmbeddedStore.open(folder.resolve("original"))) {
      store.commit(List.of(new Change.PutJob(job(1, UUID.randomUUID()))));
      byte[] before = Files.readAllBytes(Path.of(store.location()));
      store.commit(List.of(new Change.PutJob(job(2, UUID.randomUUID()))));
      byte[] after = Files.readAllBytes(Path.of(store.location()));
      byte[] half = java.util.Arrays.copyOf(after, (before.length + after.length) / 2);
      Files.write(torn.resolve("server.store"), half);
    }

    try (JobStore reopened = EmbeddedStore.open(torn)) {
      assertTrue(reopened.unended().size() >= 1);
    }
  }

  @Test
  void refusesAFolderThatAnotherServerUses() {
    Path used = folder.resolve("used");
    try (JobStore first = EmbeddedStore.open(used)) {
      StoreException refused = assertThrows(StoreException.class, () -> EmbeddedStore.open(used));

      assertTrue(refused.getMessage().startsWith("another server uses " + first.location()));
    }
  }

  @Test
  void saysWhatToDoAboutADamagedFile() throws IOException {
    Files.writeString(folder.resolve("server.store"), "x".repeat(100_000));

    StoreException refused = assertThrows(StoreException.class, () -> EmbeddedStore.open(folder));

    assertTrue(refused.getMessage().contains("Move it away to start with an empty one"));
  }

  @Test
  void onlyItsOwnerMayReadIt() throws IOException {
    try (JobStore store = EmbeddedStore.open(folder)) {
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(store.location()))));
    }
  }

  @Test
  void roomOfWhatWasReplacedAndForgottenIsUsedAgain() throws IOException {
    try (JobStore store = EmbeddedStore.open(folder, 0)) {
      for (long seq = 1; seq <= 300; seq++) {
        StoredJob job = job(seq, UUID.randomUUID());
        List<Change> changes = new ArrayList<>();
        changes.add(new Change.PutJob(job));
        changes.add(new Change.PutResult(seq, 0, outcome("a", "y".repeat(100_000))));
        changes.add(new Change.PutSummary(seq, summary(job)));
        if (store.endedJobs() > 20) {
          changes.add(new Change.ForgetJobs(store.oldestEnded(1)));
        }
        store.commit(changes);
      }

      // 30 MB of output were written, 2 MB of them are still kept.
      assertTrue(Files.size(Path.of(store.location())) < 12_000_000);
    }
  }
}

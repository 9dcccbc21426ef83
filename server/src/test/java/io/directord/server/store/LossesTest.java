package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.InMemory;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What damage has taken is named, and noted for those who ask. */
class LossesTest {
  private static final String STORE = "server.store";
  private static final String REDO = "server.redo";

  @TempDir(factory = InMemory.class)
  Path directory;

  private final LogLines log = new LogLines("io.directord.server.store");
  private final StoredJob gone = StoredSamples.job(1, UUID.randomUUID());

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void whatIsLostIsNamedAndWhoAsksForItIsTold() throws IOException {
    StoredJob stays = StoredSamples.job(2, UUID.randomUUID());
    try (EmbeddedStore store = EmbeddedStore.open(directory)) {
      for (StoredJob job : List.of(gone, stays)) {
        store.commit(List.of(new Change.PutJob(job)));
        for (int target = 0; target < 2; target++) {
          String node = job.targets().get(target);
          String output = "output " + job.seq() + node;
          store.commit(
              List.of(
                  new Change.PutResult(job.seq(), target, StoredSamples.outcome(node, output))));
        }
        store.commit(List.of(new Change.PutSummary(job.seq(), StoredSamples.summary(job))));
      }
    }
    Files.delete(directory.resolve(REDO));
    damageEntries("output 2b", "\"seq\":1,");

    try (EmbeddedStore store = EmbeddedStore.open(directory)) {
      String told = String.join("\n", log.lines());
      assertTrue(
          told.contains(
              "has taken: jobs "
                  + gone.job().id()
                  + " (RUN echo hello world); results of job "
                  + stays.job().id()
                  + " (RUN echo hello world) on b"),
          told);
      assertEquals(1, store.summary(2).orElseThrow().counts().resultsLost());
      assertEquals("output 2a", store.result(2, 0).orElseThrow().stdout());
      assertTrue(store.result(2, 1).orElseThrow().info().startsWith("this result was lost when"));
      assertEquals(Optional.empty(), store.job(gone.job().id()));
      assertTrue(store.lost(gone.job().id().toString()).orElseThrow().contains("was lost when"));
      assertTrue(
          store
              .lost(UUID.randomUUID().toString())
              .orElseThrow()
              .contains("may have been lost when"));
    }
  }

  @Test
  void resultsOfAJobOfWhichNothingElseIsLeftAreNotTakenForThoseOfAnother() throws IOException {
    dieAndLoseTheJob(new Change.PutResult(1, 0, StoredSamples.outcome("a", "old")));

    try (EmbeddedStore store = EmbeddedStore.open(directory)) {
      String told = String.join("\n", log.lines());
      assertTrue(told.contains("removed, submitted as number 1"), told);
      assertEquals(0, store.lastSeq());
      store.commit(List.of(new Change.PutJob(StoredSamples.job(1, UUID.randomUUID()))));
      assertEquals(Set.of(), store.answered(1));
    }
  }

  @Test
  void aJobWhoseDefinitionAloneIsLostIsListedWithoutResultsUntilItIsForgotten() throws IOException {
    dieAndLoseTheJob(new Change.PutSummary(1, StoredSamples.summary(gone)));

    UUID parent = gone.job().parent().id();
    for (int start = 0; start < 2; start++) {
      try (EmbeddedStore store = EmbeddedStore.open(directory)) {
        assertEquals(2, store.summary(1).orElseThrow().counts().resultsLost());
        assertEquals(List.of(1L), store.seqs(parent));
        String beginning = gone.job().id().toString().substring(0, 8);
        assertTrue(store.lost(beginning).orElseThrow().startsWith("job " + gone.job().id() + " ("));
      }
    }
    try (EmbeddedStore store = EmbeddedStore.open(directory)) {
      store.commit(List.of(new Change.ForgetJobs(List.of(1L))));
      assertEquals(List.of(), store.seqs(parent));
      assertEquals(0, store.endedJobs());
    }
  }

  /** The redo log alone has the job, and loses it, but not the other change. */
  private void dieAndLoseTheJob(Change other) throws IOException {
    EmbeddedStore died = EmbeddedStore.open(directory);
    died.commit(List.of(new Change.PutJob(gone)));
    died.commit(List.of(other));
    byte[] tables = Files.readAllBytes(directory.resolve(STORE));
    byte[] redo = Files.readAllBytes(directory.resolve(REDO));
    died.close();
    damageAll(redo, new String(redo, StandardCharsets.ISO_8859_1), "\"seq\":1,");
    Files.write(directory.resolve(STORE), tables);
    Files.write(directory.resolve(REDO), redo);
  }

  /** As if the entries were damaged before their blocks were written. */
  private void damageEntries(String... with) throws IOException {
    try (BlockFile file = BlockFile.open(directory.resolve(STORE), false)) {
      ByteBuffer tables = ByteBuffer.allocate((int) file.size());
      file.read(tables, 0);
      String text = new String(tables.array(), StandardCharsets.ISO_8859_1);
      List.of(with).forEach(what -> damageAll(tables.array(), text, what));
      file.write(tables.rewind(), 0);
    }
  }

  private static void damageAll(byte[] bytes, String text, String what) {
    for (int at = text.indexOf(what); at >= 0; at = text.indexOf(what, at + 1)) {
      bytes[at] ^= 1;
    }
  }
}

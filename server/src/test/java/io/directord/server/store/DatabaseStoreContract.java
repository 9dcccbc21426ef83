package io.directord.server.store;

import static io.directord.server.store.StoredSamples.job;
import static io.directord.server.store.StoredSamples.outcome;
import static io.directord.server.store.StoredSamples.summary;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What holds for a store in a database, which may end and come back. */
public abstract class DatabaseStoreContract extends JobStoreContract {
  /** A store in a database that nothing else uses. */
  protected abstract JobStore openAlone();

  /** That database. */
  protected abstract DatabaseServer server();

  @Test
  void changesThatTheDatabaseCouldNotTakeBelongToTheNextCommit() {
    try (JobStore store = openAlone()) {
      store.commit(List.of(put(1)));
      assertTrue(store.job(1).isPresent());
      server().stop();
      StoreException failed =
          assertThrows(StoreException.class, () -> store.commit(List.of(put(2))));
      assertThrows(StoreException.class, () -> store.commit(List.of()));
      assertThrows(StoreException.class, store::upkeep);
      assertThrows(StoreException.class, () -> store.job(1));
      assertTrue(
          failed.getMessage().startsWith("the store " + store.location() + " failed: "),
          failed::getMessage);
      server().startAgain();

      store.commit(List.of());

      assertEquals(List.of(1L, 2L), store.unended().stream().map(job -> job.seq()).toList());
    }
  }

  @Test
  void aDatabaseThatWasRestartedBetweenReadsIsReadAsIfNothingHadBeen() {
    try (JobStore store = openAlone()) {
      store.commit(List.of(put(1)));
      assertEquals(1, store.job(1).orElseThrow().seq());
      server().kill();
      server().startAgain();

      assertEquals(1, store.job(1).orElseThrow().seq());
    }
  }

  /** The commit that was cut off may have happened. */
  @Test
  void aCommitMayBeRepeated() {
    try (JobStore store = openAlone()) {
      for (int i = 0; i < 2; i++) {
        store.commit(
            List.of(
                put(1),
                new Change.PutResult(1, 0, outcome("a", "")),
                put(2),
                new Change.PutSummary(1, summary(job(1, UUID.randomUUID()))),
                new Change.ForgetJobs(List.of(2L))));
      }
      assertEquals(List.of(1L), store.seqs(null));
      assertEquals(1, store.lastSeq());
    }
  }

  protected static Change put(long seq) {
    return new Change.PutJob(job(seq, UUID.randomUUID()));
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.JobView;
import io.directord.server.store.JobStore;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What a server may say of a job though another one leads: how it has ended. */
public final class EndedJob {

  private EndedJob() {}

  /**
   * Reads it; empty if there is no such job, or if it has not ended, as only the server that leads
   * knows how it stands.
   *
   * @throws io.directord.server.store.StoreException if the store cannot be read
   */
  public static Optional<JobView> read(JobStore store, UUID id) {
    return store
        .job(id)
        .filter(stored -> store.summary(stored.seq()).isPresent())
        .map(stored -> new Queries.OneJob(id, null, List.of()).answer(store));
  }
}

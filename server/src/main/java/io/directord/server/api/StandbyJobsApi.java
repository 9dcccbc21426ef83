package io.directord.server.api;

import io.directord.common.api.JobView;
import io.directord.common.api.Leadership;
import io.directord.server.dispatch.EndedJob;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Jobs that have ended, from the database; of all others only the server that leads knows. */
final class StandbyJobsApi {
  private static final int ID_LENGTH = 36;

  private final JobStore store;
  private final Supplier<Leadership> leadership;
  private final Executor disk;

  /**
   * @param store that the server which leads changes
   */
  StandbyJobsApi(JobStore store, Supplier<Leadership> leadership, Executor disk) {
    this.store = store;
    this.leadership = leadership;
    this.disk = disk;
  }

  Receiver get(Call call, Exchange connection) {
    String id = call.path().get("id");
    return new JobReceiver(
        connection, () -> CompletableFuture.supplyAsync(() -> ended(id), disk), disk);
  }

  /** By its whole id, since a beginning of one may be that of a job that has not ended too. */
  private JobView ended(String id) {
    try {
      if (id.length() == ID_LENGTH) {
        return EndedJob.read(store, UUID.fromString(id)).orElseThrow(this::standby);
      }
    } catch (IllegalArgumentException | StoreException e) {
      throw standby();
    }
    throw standby();
  }

  private ApiProblem standby() {
    return ApiProblem.ofStandby(leadership.get());
  }
}

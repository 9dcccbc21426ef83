package io.directord.server.dispatch;

import io.directord.common.api.Receipt;
import io.directord.server.access.Caller;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.FoundJob;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Jobs that a caller submits.
 *
 * @param limit targets to which those of all jobs are narrowed; empty for no limit
 * @param results those of earlier jobs that targets ask for
 * @param earlier jobs that have ended, from the store: those of the order, and those of its
 *     parents; null for one that is not there any more
 * @param foreign the jobs that bring a definition of their verb which is not the server's
 */
record Order(
    List<PreparedJob> jobs,
    Caller caller,
    List<String> limit,
    EarlierResults results,
    Map<UUID, FoundJob> earlier,
    Set<UUID> foreign,
    CompletableFuture<Receipt> to) {

  Order(
      List<PreparedJob> jobs,
      Caller caller,
      List<String> limit,
      EarlierResults results,
      CompletableFuture<Receipt> to) {
    this(jobs, caller, limit, results, Map.of(), Set.of(), to);
  }

  Order with(Map<UUID, FoundJob> read) {
    return new Order(jobs, caller, limit, results, read, foreign, to);
  }
}

package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredSchedule;
import java.util.List;

/** Restores the core from the store, before any thread is started. */
final class Recovery {
  private Recovery() {}

  /**
   * @param answers the memory for answers to queries
   * @param turn takes what follows for jobs that a server before this one left unended
   */
  static Core of(
      JobStore store,
      Contents contents,
      DispatchLimits limits,
      ServerMessage.Welcome welcome,
      Share answers,
      Turn turn) {
    KeptJobs kept = new KeptJobs(store.lastSeq(), store.wasDamaged());
    store.ended(
        (seq, summary) -> {
          if (summary == null) {
            kept.addDamaged(seq);
          } else {
            kept.add(seq, summary);
          }
        });
    Core core = new Core(limits, welcome, answers, store.nodes(), kept, turn.now());
    core.recover(store.runs());
    core.recoverTokens(store.tokens());
    core.recoverJoinTokens(store.joinTokens());
    core.recoverHooks(store.hookEvents(), turn);
    for (StoredJob stored : store.unended()) {
      var deliveries = contents.deliveries(stored.job(), stored.secret());
      // One at a time, since all output together may not fit into memory.
      Iterable<JobBook.Recovered> results =
          () ->
              store.answered(stored.seq()).stream()
                  .map(at -> new JobBook.Recovered(store.result(stored.seq(), at).orElseThrow()))
                  .iterator();
      core.recover(new LiveJob(stored, deliveries), results, turn);
    }
    for (StoredSchedule.Kept found : store.schedules()) {
      List<PreparedJob> jobs =
          found.schedule().jobs().stream().map(job -> PreparedJob.of(job, contents, null)).toList();
      core.recover(found, jobs, turn);
    }
    core.recovered(turn);
    return core;
  }
}

package io.directord.server.dispatch;

import io.directord.common.wire.ServerMessage;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoredJob;

/** Makes a core of what the store has, before any thread is started. */
final class Recovery {
  private Recovery() {}

  /**
   * @param answers the memory for answers to queries
   * @param turn takes what follows for jobs that a server before this one left unended
   */
  static Core of(
      JobStore store,
      Contents contents,
      Limits limits,
      ServerMessage.Welcome welcome,
      Share answers,
      Turn turn) {
    KeptJobs kept = new KeptJobs(store.lastSeq());
    for (long seq : store.seqs(null)) {
      store.summary(seq).ifPresentOrElse(s -> kept.add(seq, s), () -> kept.addDamaged(seq));
    }
    Core core = new Core(limits, welcome, answers, store.nodes(), kept, turn.now());
    for (StoredJob stored : store.unended()) {
      var deliveries = contents.deliveries(stored.job(), stored.secret());
      // One after the other: all their output together may be larger than the memory.
      Iterable<JobBook.Recovered> results =
          () ->
              store.answered(stored.seq()).stream()
                  .map(at -> new JobBook.Recovered(store.result(stored.seq(), at).orElseThrow()))
                  .iterator();
      core.recover(new LiveJob(stored, deliveries), results, turn);
    }
    return core;
  }
}

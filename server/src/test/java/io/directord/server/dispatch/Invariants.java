package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Rolling;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredRun;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What must hold in a {@link CoreSimulation} whatever happens in it, by what its store has. */
final class Invariants {
  private final MemoryStore store;
  private final Map<String, Integer> begun = new HashMap<>();

  /** Nodes to which a job of a parent was sent, of parents that begin node by node. */
  private final Map<UUID, Set<String>> given = new HashMap<>();

  Invariants(MemoryStore store) {
    this.store = store;
  }

  /** A parent that begins node by node, and one of its jobs that was sent. */
  void checkTurn(Job job, String node) {
    Rolling rolling = job.parent().options().rolling();
    Set<String> nodesOfIt = given.computeIfAbsent(job.parent().id(), id -> new HashSet<>());
    StoredRun run =
        store.runs().stream()
            .filter(one -> one.parent().equals(job.parent().id()))
            .findAny()
            .orElseThrow(() -> new AssertionError("sent of a parent that has ended: " + job));
    BitSet turns = BitSet.valueOf(run.progress().sets().begun());
    check(turns.get(run.nodes().indexOf(node)), "sent before its turn was committed: " + node);
    nodesOfIt.add(node);
    if (rolling != null) {
      int max =
          rolling.batch().stream()
              .mapToInt(size -> Math.max(1, size.of(run.nodes().size())))
              .max()
              .orElseThrow();
      long running = nodesOfIt.stream().filter(one -> !hasFinished(job.parent().id(), one)).count();
      check(running <= max, running + " nodes at a time, and at most " + max + " may: " + job);
    }
  }

  private boolean hasFinished(UUID parent, String node) {
    return store.seqs(parent).stream()
        .map(seq -> store.job(seq).orElseThrow())
        .filter(job -> job.targets().contains(node))
        .allMatch(job -> store.result(job.seq(), job.targets().indexOf(node)).isPresent());
  }

  /** Nothing begins of what is paused. */
  static void checkPaused(RolloutProgress before, Change.PutProgress after) {
    if (before != null && before.pause() != null) {
      BitSet fresh = BitSet.valueOf(after.progress().sets().begun());
      fresh.andNot(BitSet.valueOf(after.progress().sets().freed()));
      fresh.andNot(BitSet.valueOf(before.sets().begun()));
      check(
          fresh.isEmpty() || after.progress().pause() == null,
          "begun while it was paused: " + after);
    }
  }

  void checkDurable(JournalingNode node, UUID id) {
    StoredJob job = store.job(id).orElse(null);
    int target = job == null ? -1 : job.targets().indexOf(node.name);
    check(
        target < 0 || store.result(job.seq(), target).isPresent(),
        "confirmed before it was committed: " + id + " on " + node.name);
  }

  void checkTell(Effect.Tell tell) {
    if (tell.event() instanceof Event.JobTaken taken) {
      check(store.job(taken.job().id()).isPresent(), "told before it was committed");
    } else if (tell.event() instanceof Event.NodeAnswered answered) {
      StoredJob job = store.job(answered.jobId()).orElseThrow();
      int target = job.targets().indexOf(answered.outcome().node());
      check(store.result(job.seq(), target).isPresent(), "a result was told and not committed");
    } else if (tell.event() instanceof Event.JobEnded ended) {
      StoredJob job = store.job(ended.job().id()).orElseThrow();
      check(store.summary(job.seq()).isPresent(), "an end was told and not committed");
    }
  }

  static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /** A job begins on a node, which must be its first time there. */
  void begins(JournalingNode node, Job job) {
    int times = begun.merge(job.id() + " on " + node.name, 1, Integer::sum);
    check(times == 1, "begun twice: " + job.id() + " on " + node.name);
    checkNoneBeforeItWasCancelled(node, job);
    checkAllBeforeItWasJudged(node, job);
  }

  /** Of a FETCH before it the store has what was found, and the node does not take it for done. */
  private void checkAllBeforeItWasJudged(JournalingNode node, Job job) {
    long number = store.job(job.id()).orElseThrow().seq();
    for (long seq : store.seqs(job.parent().id()).stream().filter(one -> one < number).toList()) {
      StoredJob before = store.job(seq).orElseThrow();
      int target = before.targets().indexOf(node.name);
      if (target >= 0 && before.job().verb().equals("FETCH") && !job.bypassesLanes()) {
        NodeOutcome outcome = store.result(seq, target).orElse(null);
        check(outcome != null, "begun before it was known what was fetched: " + job);
        BroughtFiles brought = outcome.details().brought();
        check(
            brought == null || !brought.refuted(),
            "begun behind a FETCH of which nothing came: " + job + " on " + node.name);
      }
    }
  }

  /**
   * While the store has no result of a FETCH on a node, later jobs of its parent are not sent
   * there, nor is what comes behind these in the node's lane: so it cannot have run.
   */
  void checkNotBehindAFetch(StoredJob job, String node, String done) {
    List<StoredJob> before =
        store.unended().stream()
            .filter(one -> one.seq() <= job.seq() && isOpen(one, node))
            .filter(one -> one.seq() == job.seq() || isInLane(one) && isInLane(job))
            .filter(one -> !one.job().bypassesLanes())
            .toList();
    for (StoredJob one : before) {
      boolean awaitsFetch =
          store.unended().stream()
              .filter(fetch -> fetch.seq() < one.seq() && isOpen(fetch, node))
              .filter(fetch -> fetch.job().parent().id().equals(one.job().parent().id()))
              .anyMatch(fetch -> fetch.job().verb().equals("FETCH") && !fetch.job().isDryRun());
      check(!awaitsFetch, done + " though it stands behind a FETCH: " + job + " on " + node);
    }
  }

  private boolean isOpen(StoredJob job, String node) {
    int target = job.targets().indexOf(node);
    return target >= 0 && store.result(job.seq(), target).isEmpty();
  }

  private static boolean isInLane(StoredJob stored) {
    Job job = stored.job();
    return !job.parent().async() && !job.isDryRun() && !job.bypassesLanes();
  }

  private void checkNoneBeforeItWasCancelled(JournalingNode node, Job job) {
    if (job.bypassesLanes() || node.forgottenParents.contains(job.parent().id())) {
      return;
    }
    long number = store.job(job.id()).orElseThrow().seq();
    for (long seq : store.seqs(job.parent().id()).stream().filter(one -> one < number).toList()) {
      StoredJob before = store.job(seq).orElseThrow();
      int target = before.targets().indexOf(node.name);
      boolean isGivenUp =
          target >= 0
              && store
                  .result(seq, target)
                  .map(NodeOutcome::reason)
                  .filter(
                      EnumSet.of(Outcome.Reason.CANCELLED, Outcome.Reason.NOT_STARTED)::contains)
                  .isPresent();
      check(!isGivenUp, "begun behind one that was cancelled: " + job + " on " + node.name);
    }
  }

  /** Whether some job before it may be what it waits for. */
  boolean isBehind(StoredJob job) {
    return store.unended().stream()
        .filter(other -> other.seq() < job.seq())
        .anyMatch(
            other ->
                other.job().parent().options().paced() || other.job().verb().equals("JOB_WAIT"));
  }

  void checkCounts(JobSummary summary) {
    StoredJob job = store.job(summary.id()).orElseThrow();
    JobCounts counts = JobCounts.of(job.targets().size());
    for (int i = 0; i < job.targets().size(); i++) {
      counts = counts.plus(store.result(job.seq(), i).orElseThrow());
    }
    check(counts.equals(summary.counts()), "counted wrong: " + summary + " is " + counts);
    check(counts.open() == 0, "ended too early: " + summary);
  }

  void checkTold(ToldFollower told) {
    Set<UUID> expected = new HashSet<>();
    for (UUID parent : told.parents) {
      for (long seq : store.seqs(parent)) {
        JobSummary summary = store.summary(seq).orElseThrow();
        StoredJob job = store.job(summary.id()).orElseThrow();
        expected.add(summary.id());
        for (int i = 0; i < job.targets().size(); i++) {
          NodeOutcome stored = store.result(seq, i).orElseThrow();
          NodeOutcome heard = told.results.get(summary.id() + job.targets().get(i));
          check(stored.equals(heard), "told " + heard + ", and the store has " + stored);
        }
      }
    }
    check(expected.equals(new HashSet<>(told.ended)), "told of other ends: " + told.ended);
    check(expected.size() == told.ended.size(), "told of an end twice: " + told.ended);
  }
}

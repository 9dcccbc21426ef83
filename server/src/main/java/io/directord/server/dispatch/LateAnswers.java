package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.server.node.Node;
import io.directord.server.store.Change;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Handles late results of jobs that have ended everywhere: one replaces a result that says the node
 * had expired or lost its journal. That result is read from the store first. When a network is
 * restored, results of many nodes come before the first is committed, so pending reads and writes
 * are tracked.
 */
final class LateAnswers {
  private final JobBook book;
  private final KeptJobs kept;
  private final Coordination coordination;
  private final Deferral deferral;
  private final NodeWarnings ignored;
  private final Map<UUID, Ended> changing = new HashMap<>();

  /** The end of a job, as it is being stored. */
  private static final class Ended {
    final Map<String, NodeOutcome> outcomes = new HashMap<>();
    JobSummary summary;
    int pending;
  }

  /** The job of a late result. */
  private record OfResult(LateAnswers owner, Node node, NodeResult result, long reserved)
      implements Effect.Finder {
    @Override
    public void found(List<FoundJob> found, Turn turn) {
      owner.found(this, found, turn);
    }

    @Override
    public void failed(RuntimeException why, Turn turn) {
      owner.done(result.jobId());
      turn.release(reserved);
      owner.deferral.defer(node);
    }
  }

  /** Such a result that counts as far as what it says has arrived. */
  private record Judged(OfResult late, FoundJob found) implements Effect.Judge {
    @Override
    public void judge(FetchArrival arrival, Turn turn) {
      LateAnswers owner = late.owner();
      NodeResult result = owner.coordination.judged(found.stored().job(), late.result(), arrival);
      owner.found(late, found, result, turn);
    }
  }

  /** A job that was begun on an expired node. */
  private record OfReturn(LateAnswers owner, UUID job, Returned then) implements Effect.Finder {
    @Override
    public void found(List<FoundJob> found, Turn turn) {
      if (!found.isEmpty()) {
        owner.begin(found.get(0));
        then.found(found.get(0), owner.known(found.get(0), then.node().identity()), turn);
      }
      owner.done(job);
    }

    @Override
    public void failed(RuntimeException why, Turn turn) {
      owner.done(job);
      owner.deferral.defer(then.node());
    }
  }

  /** Handles a job that may be running on an expired node. */
  interface Returned {
    Node node();

    /**
     * @param known the result on the node, if there is one
     */
    void found(FoundJob job, NodeOutcome known, Turn turn);
  }

  LateAnswers(
      JobBook book,
      KeptJobs kept,
      Coordination coordination,
      Deferral deferral,
      NodeWarnings ignored) {
    this.ignored = ignored;
    this.coordination = coordination;
    this.book = book;
    this.kept = kept;
    this.deferral = deferral;
  }

  /** A node has ended a job that has ended everywhere. */
  void ended(Node node, NodeResult result, long reserved, Turn turn) {
    KeptJobs.Kept job = kept.find(result.jobId());
    if (job == null || !job.isReplaceable() && !changing.containsKey(job.id())) {
      turn.release(reserved);
      if (job == null) {
        ignored.unknown(node, result.jobId(), kept.whyMissing(), turn.now().instant());
      }
      Answers.confirm(book, node, result.jobId(), turn);
    } else {
      read(node, job.id(), new OfResult(this, node, result, reserved), turn);
    }
  }

  /** Reads the result of a node that had expired. */
  void look(UUID job, Returned then, Turn turn) {
    read(then.node(), job, new OfReturn(this, job, then), turn);
  }

  private void read(Node node, UUID job, Effect.Finder finder, Turn turn) {
    changing.computeIfAbsent(job, id -> new Ended()).pending++;
    Set<String> nodes = Set.of(node.identity());
    turn.effect(new Effect.Read(List.of(new JobRead(job, nodes)), finder));
  }

  private void begin(FoundJob found) {
    Ended job = changing.get(found.stored().job().id());
    if (job.summary == null) {
      job.summary = found.summary();
    }
  }

  private NodeOutcome known(FoundJob found, String node) {
    Ended job = changing.get(found.stored().job().id());
    return job.outcomes.getOrDefault(node, found.results().get(node));
  }

  private void done(UUID id) {
    Ended job = changing.get(id);
    job.pending--;
    if (job.pending == 0) {
      changing.remove(id);
    }
  }

  private void found(OfResult late, List<FoundJob> found, Turn turn) {
    Node node = late.node();
    UUID id = late.result().jobId();
    if (found.isEmpty()) {
      turn.keep(late.reserved());
      Answers.confirm(book, node, id, turn);
      done(id);
    } else if (!found.get(0).stored().targets().contains(node.identity())) {
      turn.keep(late.reserved());
      ignored.ignored(node, id, turn.now().instant());
      done(id);
    } else if (coordination.judges(found.get(0).stored().job())) {
      turn.effect(new Effect.AskArrival(id, node.identity(), new Judged(late, found.get(0))));
    } else {
      found(late, found.get(0), late.result(), turn);
    }
  }

  private void found(OfResult late, FoundJob found, NodeResult result, Turn turn) {
    turn.keep(late.reserved());
    begin(found);
    take(found, late.node().identity(), result, turn);
    Answers.confirm(book, late.node(), result.jobId(), turn);
    done(result.jobId());
  }

  /** Replaces a result made by the server. */
  void take(FoundJob found, String node, NodeResult result, Turn turn) {
    NodeOutcome before = known(found, node);
    NodeOutcome now =
        Outcomes.explained(
            Outcomes.of(node, result, Duration.ZERO), before == null ? null : before.reason());
    if (before == null || !isReplaced(before, now)) {
      return;
    }
    UUID id = result.jobId();
    long seq = found.stored().seq();
    Ended job = changing.get(id);
    job.outcomes.put(node, now);
    job.pending++;
    turn.change(new Change.PutResult(seq, found.stored().targets().indexOf(node), now));
    if (job.summary != null) {
      job.summary = Outcomes.replaced(job.summary, before, now);
      turn.change(new Change.PutSummary(seq, job.summary));
      if (kept.find(id) != null) {
        kept.find(id).changed(job.summary);
      }
    }
    UUID parent = found.stored().job().parent().id();
    book.endedLate(parent, now);
    turn.whenDurable(new Step.EndedLate(id, parent, now));
  }

  /**
   * A node never has another result for a job that it has reported as interrupted itself. If one
   * comes, the server had decided that, since the node's journal was lost, and the journal had the
   * result.
   */
  private static boolean isReplaced(NodeOutcome before, NodeOutcome now) {
    if (before.reason() == Outcome.Reason.LOST) {
      return now.reason() != Outcome.Reason.LOST || !now.info().equals(before.info());
    }
    return before.reason() == Outcome.Reason.INTERRUPTED
        && now.reason() != Outcome.Reason.INTERRUPTED
        && now.reason() != Outcome.Reason.LOST;
  }

  /** The result is committed. */
  void committed(Step.EndedLate late, Turn turn) {
    done(late.job());
    turn.tell(
        late.parent(),
        Follower.detail(late.outcome().state()),
        new Event.NodeAnswered(late.job(), late.parent(), late.outcome()));
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.server.access.Caller;
import io.directord.server.metrics.Figures;
import io.directord.server.node.NodeRegistry;
import io.directord.server.time.Moment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Live jobs as callers see them: their half of what is asked, to which {@link Queries} add what the
 * store has.
 */
final class LiveView {
  private final NodeRegistry nodes;
  private final JobBook book;
  private final KeptJobs kept;
  private final Rollouts rollouts;

  LiveView(NodeRegistry nodes, JobBook book, KeptJobs kept, Rollouts rollouts) {
    this.nodes = nodes;
    this.book = book;
    this.kept = kept;
    this.rollouts = rollouts;
  }

  Figures.Decided figures() {
    Map<NodeView.State, Integer> states = new EnumMap<>(NodeView.State.class);
    nodes.all().forEach(node -> states.merge(node.state(), 1, Integer::sum));
    return new Figures.Decided(states, book.figures(kept.ended().size()));
  }

  /** Many questions may wait, so each holds no more than it may list. */
  Queries.Jobs jobs(Input.Jobs ask) {
    KeptJobs.Kept before = ask.before() == null ? null : kept.find(ask.before());
    long end = before == null ? Long.MAX_VALUE : before.seq();
    Map<Long, JobSummary> live = new TreeMap<>();
    for (LiveJob job : newestFirst(ask.parent(), end)) {
      if (live.size() == ask.limit()) {
        break;
      }
      live.put(job.seq(), summary(job));
    }
    return new Queries.Jobs(ask.parent(), ask.before(), ask.limit(), live);
  }

  private Collection<LiveJob> newestFirst(UUID parent, long end) {
    if (parent == null) {
      return book.jobs().inOrder().headMap(end, false).descendingMap().values();
    }
    List<LiveJob> all =
        new ArrayList<>(
            book.live(kept.ofParent(parent)).stream().filter(job -> job.seq() < end).toList());
    Collections.reverse(all);
    return all;
  }

  /** Looking and sorting is for another thread; the oldest are known here. */
  void findOpen(Input.FindOpen ask, Turn turn) {
    LiveJobs jobs = book.jobs();
    if (ask.filter().isAll()) {
      List<UUID> oldest =
          jobs.inOrder().values().stream().limit(ask.limit()).map(LiveJob::id).toList();
      turn.reply(ask.to(), new OpenSearch.Found(oldest, jobs.size() - oldest.size()));
    } else {
      turn.effect(
          new Effect.Ask<>(
              new OpenSearch(jobs.inOrder().values(), ask.limit(), ask.filter()), ask.to()));
    }
  }

  /** How those of them stand that have not ended since they were found. */
  Bodies.Jobs openJobs(OpenSearch.Found found) {
    return new Bodies.Jobs(
        found.jobs().stream().map(book::find).filter(Objects::nonNull).map(this::summary).toList(),
        found.more());
  }

  /**
   * Runs of a hook, whose parents have the upper halves of their ids in common.
   *
   * @param job the first one of a run
   */
  Dispatch.HookRuns hookRuns(Caller hook, UUID job) {
    KeptJobs.Kept known = kept.find(job);
    return new Dispatch.HookRuns(
        book.jobs().runsOf(hook.user()), known != null && isBy(hook, known));
  }

  /** Whoever knows a delivery could have given its id to a job that has nothing to do with it. */
  private static boolean isBy(Caller hook, KeptJobs.Kept known) {
    return known.submittedBy() == null || hook.user().equals(known.submittedBy());
  }

  private JobSummary summary(LiveJob job) {
    return job.summaryForCallers(rollouts.progress(job));
  }

  private NodeOutcome unanswered(Assignment one, Moment now) {
    Postponements.Postponed why = book.whyNotBegun(one, now);
    return why == null ? one.unanswered("") : one.unanswered(why.sentence()).waitingFor(why.kind());
  }

  Queries.OneJob oneJob(UUID id, Moment now) {
    LiveJob live = book.find(id);
    return live == null
        ? new Queries.OneJob(id, null, List.of())
        : new Queries.OneJob(
            id,
            summary(live),
            live.assignments().stream().map(one -> unanswered(one, now)).toList());
  }

  Queries.OneResult oneResult(UUID id, String node, Moment now) {
    LiveJob live = book.find(id);
    Assignment there = live == null ? null : live.on(node);
    return new Queries.OneResult(id, node, there == null ? null : unanswered(there, now));
  }

  /** The jobs of one or all parents, of which the store has only some. */
  Queries.Analyse analysis(UUID id) {
    return new Queries.Analyse(
        id, id == null ? book.jobs().inOrder().values() : book.jobOrParent(id));
  }

  /**
   * Only what was already sent to other followers; changes being committed will be sent to this one
   * too.
   */
  Snapshot missedBy(Follower follower) {
    List<Snapshot.Row> answered = new ArrayList<>();
    List<UUID> ended = new ArrayList<>();
    for (UUID parent : follower.filter().parents()) {
      for (KeptJobs.Kept job : kept.ofParent(parent)) {
        if (!follower.filter().jobs().contains(job.id())) {
          continue;
        }
        if (job.isEnded()) {
          ended.add(job.id());
          continue;
        }
        for (Assignment one : book.find(job.id()).assignments()) {
          if (one.isPublished() && follower.wants(Follower.detail(one.state()))) {
            answered.add(new Snapshot.Row(job.id(), parent, job.seq(), one.index()));
          }
        }
      }
    }
    List<Event> standing =
        follower.filter().parents().stream()
            .map(rollouts::state)
            .filter(state -> state != null && state.paused() != null)
            .<Event>map(Event.RunChanged::new)
            .toList();
    return new Snapshot(follower, answered, ended, standing);
  }
}

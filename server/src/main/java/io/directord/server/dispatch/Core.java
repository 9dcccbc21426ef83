package io.directord.server.dispatch;

import io.directord.common.api.NodeView;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.Counted;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Caller;
import io.directord.server.coordination.Coordinator;
import io.directord.server.coordination.FetchCoordinator;
import io.directord.server.coordination.JobWaitCoordinator;
import io.directord.server.coordination.QueryCoordinator;
import io.directord.server.coordination.QueueSentinelCoordinator;
import io.directord.server.coordination.RebootCoordinator;
import io.directord.server.link.NodeAddress;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.node.JoinTokens;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredRun;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;

/**
 * Makes all decisions: inputs in, turns out. Not thread-safe. It does no I/O, reads no clock and
 * calls nothing back: everything to be stored, sent, read or answered is in its turns, as data. The
 * changes of a turn must be committed before {@link Input.Committed} triggers its steps; nothing
 * that depends on a change is sent before that.
 */
final class Core {
  private static final System.Logger LOG = System.getLogger(Core.class.getName());

  private final NodeRegistry nodes;
  private final TargetGroups groups;
  private final KeptJobs kept;
  private final Rollouts rollouts;
  private final HookBook hooks;
  private final JobBook book;
  private final Coordination coordination;
  private final Submission submission;
  private final Deferral deferral;
  private final LateAnswers late;
  private final Answers answers;
  private final Returns returns;
  private final Cancellation cancellation;
  private final Pausing pausing;
  private final Membership membership;
  private final Retention retention;
  private final Explanations explanations;
  private final TokenBook tokens = new TokenBook();
  private final JoinTokens joinTokens = new JoinTokens();
  private final JoinBook joinBook = new JoinBook(joinTokens);
  private final NodeRights rights;
  private final Scheduling scheduling;
  private final LiveView live;
  private final Checking checking;
  private final Forgetting forgetting;

  /**
   * @param welcome what nodes are told that may join
   * @param queryMemory the memory for answers to queries
   * @param known the nodes that are enrolled
   * @param kept the jobs that have ended; {@link #recover} brings the others
   */
  Core(
      DispatchLimits limits,
      ServerMessage.Welcome welcome,
      Share queryMemory,
      Collection<StoredNode> known,
      KeptJobs kept,
      Moment now) {
    this.kept = kept;
    this.nodes = new NodeRegistry(limits.expiry(), known, joinTokens, now);
    this.groups = limits.groups();
    this.rollouts = new Rollouts(nodes);
    this.hooks = new HookBook(limits.hooks(), kept);
    this.book = new JobBook(kept, nodes, rollouts, hooks, limits.window());
    this.coordination =
        new Coordination(book, kept, nodes, coordinators(queryMemory, limits.server()));
    this.submission = new Submission(kept, nodes, book, coordination, rollouts, groups, tokens);
    this.deferral = new Deferral(nodes, welcome);
    NodeWarnings ignored = new NodeWarnings(LOG);
    this.late = new LateAnswers(book, kept, coordination, deferral, ignored);
    this.answers = new Answers(book, kept, coordination, late, ignored);
    this.returns = new Returns(book, kept, answers, late);
    this.rights = new NodeRights(nodes);
    this.cancellation = new Cancellation(book, kept, nodes, rollouts, rights);
    this.pausing = new Pausing(book, kept, rollouts, rights);
    this.membership = new Membership(nodes, book, hooks, welcome);
    this.retention = new Retention(kept, now, limits.retainJobs(), limits.retainTime());
    this.explanations = new Explanations(book, nodes, rollouts);
    this.scheduling = new Scheduling(kept, submission);
    this.live = new LiveView(nodes, book, kept, rollouts);
    this.checking = new Checking(nodes, groups, coordination, rights);
    this.forgetting = new Forgetting(nodes, groups, book, membership, rights);
    book.listener(coordination);
    coordination.ownJobs(submission::takeOwn);
  }

  private static List<Coordinator> coordinators(Share queryMemory, String server) {
    return List.of(
        new QueryCoordinator(queryMemory),
        new JobWaitCoordinator(),
        new QueueSentinelCoordinator(),
        new RebootCoordinator(),
        new FetchCoordinator(server));
  }

  /** What the store has of parents that begin node by node; before any job is restored. */
  void recover(Collection<StoredRun> runs) {
    rollouts.recover(runs);
  }

  /** The tokens that the store has. */
  void recoverTokens(Collection<StoredToken> known) {
    tokens.recover(known);
  }

  /** Likewise those with which nodes enrol. */
  void recoverJoinTokens(Collection<StoredJoinToken> known) {
    joinTokens.recover(known);
  }

  /** Restores a schedule, with its jobs. */
  void recover(StoredSchedule.Kept schedule, List<PreparedJob> jobs, Turn turn) {
    scheduling.recover(schedule, jobs, turn);
  }

  /** What hooks were not told yet. */
  void recoverHooks(List<StoredHookEvent> events, Turn turn) {
    hooks.recover(events, turn);
  }

  /** All unfinished jobs are restored. */
  void recovered(Turn turn) {
    rollouts.recovered(turn);
    retention.restored();
  }

  /** Restores an unfinished job after a restart, before any other input. */
  void recover(LiveJob job, Iterable<JobBook.Recovered> results, Turn turn) {
    book.recover(job, results, turn);
  }

  /** Handles the inputs, in order. */
  Turn handle(List<Input> inputs, Moment now) {
    Turn turn = new Turn(now);
    for (Input input : inputs) {
      handle(input, turn);
    }
    book.pump(turn);
    rollouts.advance(turn);
    return turn;
  }

  private void handle(Input input, Turn turn) {
    if (input instanceof Input.Said said) {
      said(said, turn);
    } else if (input instanceof Input.Undecodable bad) {
      answers.undecodable(nodes.of(bad.peer()), bad, turn);
      turn.release(bad.reserved());
    } else if (input instanceof Input.Committed committed) {
      for (Turn durable : committed.turns()) {
        durable.steps().forEach(step -> take(step, turn));
        turn.release(durable.kept());
      }
    } else if (input instanceof Input.StoreLost) {
      kept.storeWasDamaged();
      book.makeGood(turn);
      rollouts.storeLost(turn);
      scheduling.storeLost(turn);
    } else if (input instanceof Input.ReplaceHooks replace) {
      hooks.replace(replace.hooks(), turn);
    } else if (input instanceof Input.HookTold told) {
      hooks.delivered(told.event(), turn);
    } else if (input instanceof Input.Prepared prepared) {
      scheduling.prepared(prepared, turn);
    } else if (input instanceof Input.Found found) {
      found.finder().found(found.jobs(), turn);
    } else if (input instanceof Input.NotFound failed) {
      failed.finder().failed(failed.why(), turn);
    } else if (input instanceof Input.Arrived arrived) {
      arrived.judge().judge(arrived.arrival(), turn);
    } else if (input instanceof Input.Deferred deferred) {
      Node node = heard(deferred.peer(), turn);
      if (node != null) {
        deferral.defer(node);
      }
    } else if (input instanceof Input.Gone gone) {
      membership.gone(gone.peer(), gone.why(), turn);
    } else if (input instanceof Input.Tick tick) {
      tick(tick.storeWorks(), turn);
    } else if (input instanceof Input.Absent) {
      nodes.giveTime(turn.now());
    } else if (input instanceof Input.Asked asked) {
      requested(asked.request(), asked.caller(), turn);
    } else if (input instanceof Input.Unfollow unfollow) {
      turn.effect(new Effect.Unfollow(unfollow.follower()));
    } else if (!(input instanceof Input.Wake)) {
      throw new IllegalArgumentException("an input that the core does not know: " + input);
    }
  }

  private void said(Input.Said said, Turn turn) {
    NodeAddress peer = said.peer();
    NodeMessage message = said.message();
    if (message instanceof Heartbeat beat) {
      membership.heartbeat(peer, beat, turn);
    } else if (message instanceof NodeMessage.Inquiry inquiry) {
      membership.inquired(peer, inquiry, turn);
    } else {
      Node node = heard(peer, turn);
      if (node != null && message instanceof NodeMessage.Ended ended) {
        answers.ended(node, ended.result(), said.reserved(), turn);
        return;
      }
      if (node != null) {
        said(node, message, turn);
      }
    }
    turn.release(said.reserved());
  }

  /**
   * The node of the connection; null if it has not joined, and then it is asked for a heartbeat.
   */
  private Node heard(NodeAddress peer, Turn turn) {
    Node node = nodes.heard(peer, turn.now());
    if (node == null || node.isToBeAsked()) {
      turn.say(peer, new ServerMessage.WhoAreYou());
    }
    return node;
  }

  private void said(Node node, NodeMessage message, Turn turn) {
    if (message instanceof NodeMessage.Started started) {
      if (started.journalSteps() != null) {
        node.hasSteps(started.journalSteps());
      }
      answers.started(node, started.jobId(), turn);
    } else if (message instanceof NodeMessage.Holding holding) {
      returns.holding(node, holding, turn);
    } else if (message instanceof NodeMessage.Waiting waiting) {
      answers.started(node, waiting.jobId(), turn);
      coordination.waiting(node, waiting, turn);
    } else if (message instanceof NodeMessage.Explained explained) {
      explanations.explained(node, explained, turn);
    } else if (message instanceof NodeMessage.Output output) {
      answers.output(node, output, turn);
    } else {
      throw new IllegalArgumentException("a message that the core does not know: " + message);
    }
  }

  private void take(Step step, Turn turn) {
    if (step instanceof Step.Taken taken) {
      submission.committed(taken.jobs(), turn);
    } else if (step instanceof Step.Ended ended) {
      book.committed(ended.assignment(), ended.outcome(), turn);
    } else if (step instanceof Step.EndedLate ended) {
      late.committed(ended, turn);
    } else if (step instanceof Step.RunMoved moved) {
      book.begin(rollouts.committed(moved, turn));
    } else if (step instanceof Step.Forgot forgot) {
      retention.committed(forgot);
    } else if (step instanceof Step.Welcome welcome) {
      membership.welcome(welcome.peer(), welcome.node(), turn);
    } else if (step instanceof Step.Say say) {
      turn.say(say.node(), say.message());
    } else if (step instanceof Step.Do effect) {
      turn.effect(effect.effect());
    } else {
      throw new IllegalArgumentException("a step that the core does not know: " + step);
    }
  }

  private void tick(boolean storeWorks, Turn turn) {
    membership.expire(turn);
    rollouts.tick(turn.now()).forEach(overdue -> book.giveUp(overdue, turn));
    explanations.expire(turn);
    answers.tick(turn.now());
    if (storeWorks) {
      retention.forgetOld(turn);
      deferral.resume(turn);
      coordination.readAgain(turn);
      scheduling.tick(turn);
      hooks.tick(turn);
    }
  }

  private void requested(Input.Request request, Caller caller, Turn turn) {
    if (request instanceof Input.Submit submit) {
      submission.submit(submit.order(), turn);
    } else if (request instanceof Input.Check check) {
      turn.reply(check.to(), checking.checked(check.question(), check.noRoom(), caller));
    } else if (request instanceof Input.CountNodes ask) {
      long active =
          nodes.all().stream().filter(node -> node.state() == NodeView.State.ACTIVE).count();
      turn.reply(ask.to(), new NodeCount(nodes.all().size(), (int) active));
    } else if (request instanceof Input.Nodes ask) {
      nodes(ask, turn);
    } else if (request instanceof Input.NodesAfter ask) {
      turn.reply(ask.to(), membership.views(ask, turn.now()));
    } else if (request instanceof Input.Label label) {
      Labelling.label(
          label, new TargetResolver(nodes, groups, label.earlier()), rights, caller, turn);
    } else if (request instanceof Input.Jobs ask) {
      turn.effect(new Effect.Ask<>(live.jobs(ask), ask.to()));
    } else if (request instanceof Input.FindOpen ask) {
      live.findOpen(ask, turn);
    } else if (request instanceof Input.OpenJobs ask) {
      turn.reply(ask.to(), live.openJobs(ask.found()));
    } else if (request instanceof Input.HookRuns ask) {
      turn.reply(ask.to(), live.hookRuns(caller, ask.job()));
    } else if (request instanceof Input.Measure measure) {
      turn.reply(measure.to(), live.figures());
    } else if (request instanceof Input.OneJob ask) {
      turn.effect(new Effect.Ask<>(live.oneJob(ask.id(), turn.now()), ask.to()));
    } else if (request instanceof Input.OneResult ask) {
      turn.effect(new Effect.Ask<>(live.oneResult(ask.id(), ask.node(), turn.now()), ask.to()));
    } else if (request instanceof Input.Explain ask) {
      explanations.ask(ask, turn);
    } else if (request instanceof Input.Analyse ask) {
      turn.effect(new Effect.Ask<>(live.analysis(ask.jobOrParent()), ask.to()));
    } else if (request instanceof Input.Cancel cancel) {
      cancellation.cancel(cancel, caller, turn);
    } else if (request instanceof Input.Pause pause) {
      pausing.request(pause, caller, turn);
    } else if (request instanceof Input.Purge purge) {
      int forgotten = retention.forgetAll(turn);
      LOG.log(Level.INFO, "{0} has {1} forgotten", caller.user(), Counted.of(forgotten, "job"));
      turn.whenDurable(new Step.Do(new Effect.Reply<>(purge.to(), forgotten)));
    } else if (request instanceof Input.ForgetNodes forget) {
      forgetting.forget(forget, caller, turn);
    } else if (request instanceof Input.May may) {
      rights.answer(may, caller, turn);
    } else if (request instanceof Input.PutToken put) {
      tokens.put(put.token(), put.to(), caller, turn);
    } else if (request instanceof Input.ForgetToken forget) {
      tokens.forget(forget.name(), forget.to(), caller, turn);
    } else if (request instanceof Input.PutJoinToken put) {
      joinBook.put(put, caller, turn);
    } else if (request instanceof Input.ForgetJoinToken forget) {
      joinBook.forget(forget, caller, turn);
    } else if (request instanceof Input.ListJoinTokens list) {
      joinBook.list(list, turn);
    } else if (request instanceof Input.AddSchedule add) {
      scheduling.add(add, caller, turn);
    } else if (request instanceof Input.ChangeSchedule change) {
      scheduling.change(change, caller, turn);
    } else if (request instanceof Input.Schedules ask) {
      scheduling.list(ask.to(), turn);
    } else if (request instanceof Input.OneSchedule ask) {
      scheduling.show(ask.name(), ask.to(), turn);
    } else if (request instanceof Input.Follow follow) {
      turn.effect(new Effect.Follow(follow.follower(), live.missedBy(follow.follower())));
    } else {
      throw new IllegalArgumentException("a request that the core does not know: " + request);
    }
  }

  private void nodes(Input.Nodes ask, Turn turn) {
    TargetResolver resolver = new TargetResolver(nodes, groups, ask.earlier());
    try {
      turn.reply(
          ask.to(),
          Labelling.nodes(ask.targets(), resolver).stream()
              .map(node -> membership.view(node, turn.now()))
              .toList());
    } catch (RefusedException e) {
      turn.refuse(ask.to(), e);
    }
  }
}

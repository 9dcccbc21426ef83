package io.directord.server.dispatch;

import io.directord.common.api.JobSummary;
import io.directord.common.target.Target;
import io.directord.common.validation.Counted;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Caller;
import io.directord.server.coordination.Coordinator;
import io.directord.server.coordination.JobWaitCoordinator;
import io.directord.server.coordination.QueryCoordinator;
import io.directord.server.coordination.QueueSentinelCoordinator;
import io.directord.server.coordination.RebootCoordinator;
import io.directord.server.link.NodeAddress;
import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.StoredNode;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes all decisions: inputs in, turns out. Not thread-safe. It does no I/O, reads no clock and
 * calls nothing back: everything to be stored, sent, read or answered is in its turns, as data. The
 * changes of a turn must be committed before {@link Input.Committed} triggers its steps; nothing
 * that depends on a change is sent before that.
 */
final class Core {
  private static final System.Logger LOG = System.getLogger(Core.class.getName());

  private final NodeRegistry nodes;
  private final TargetResolver resolver;
  private final KeptJobs kept;
  private final JobBook book;
  private final Coordination coordination;
  private final Submission submission;
  private final Deferral deferral;
  private final LateAnswers late;
  private final Answers answers;
  private final Returns returns;
  private final Cancellation cancellation;
  private final Membership membership;
  private final Retention retention;

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
    this.nodes = new NodeRegistry(limits.expiry(), known, now);
    this.resolver = new TargetResolver(nodes);
    this.book = new JobBook(kept, nodes, limits.window());
    this.coordination = new Coordination(book, kept, nodes, coordinators(queryMemory));
    this.submission = new Submission(kept, nodes, book, coordination);
    this.deferral = new Deferral(nodes, welcome);
    NodeWarnings ignored = new NodeWarnings(LOG);
    this.late = new LateAnswers(book, kept, deferral, ignored);
    this.answers = new Answers(book, late, ignored);
    this.returns = new Returns(book, kept, answers, late);
    this.cancellation = new Cancellation(book, kept, nodes);
    this.membership = new Membership(nodes, book, welcome);
    this.retention = new Retention(kept, now, limits.retainJobs(), limits.retainTime());
    book.listener(coordination);
    coordination.ownJobs(submission::takeOwn);
  }

  private static List<Coordinator> coordinators(Share queryMemory) {
    return List.of(
        new QueryCoordinator(queryMemory),
        new JobWaitCoordinator(),
        new QueueSentinelCoordinator(),
        new RebootCoordinator());
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
    return turn;
  }

  private void handle(Input input, Turn turn) {
    if (input instanceof Input.Said said) {
      said(said, turn);
    } else if (input instanceof Input.Committed committed) {
      for (Turn safe : committed.turns()) {
        safe.steps().forEach(step -> take(step, turn));
        turn.release(safe.kept());
      }
    } else if (input instanceof Input.Found found) {
      found.finder().found(found.jobs(), turn);
    } else if (input instanceof Input.NotFound failed) {
      failed.finder().failed(failed.why(), turn);
    } else if (input instanceof Input.Deferred deferred) {
      Node node = heard(deferred.peer(), turn);
      if (node != null) {
        deferral.defer(node);
      }
    } else if (input instanceof Input.Gone gone) {
      membership.gone(gone.peer(), turn);
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
      answers.started(node, started.jobId(), turn);
    } else if (message instanceof NodeMessage.Holding holding) {
      returns.holding(node, holding, turn);
    } else if (message instanceof NodeMessage.Waiting waiting) {
      answers.started(node, waiting.jobId(), turn);
      coordination.waiting(node, waiting, turn);
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
    if (storeWorks) {
      retention.forgetOld(turn);
      deferral.resume(turn);
    }
  }

  private void requested(Input.Request request, Caller caller, Turn turn) {
    if (request instanceof Input.Submit submit) {
      submission.submit(submit.order(), turn);
    } else if (request instanceof Input.Check check) {
      turn.reply(check.to(), new Obstacles(resolver).to(check.jobs(), check.noRoom()));
    } else if (request instanceof Input.Nodes ask) {
      turn.reply(
          ask.to(), nodes.all().stream().map(node -> membership.view(node, turn.now())).toList());
    } else if (request instanceof Input.Jobs ask) {
      Map<Long, JobSummary> live = new TreeMap<>();
      for (LiveJob job : ask.parent() == null ? book.all() : ofParent(ask.parent())) {
        live.put(job.seq(), job.summaryForAskers());
      }
      turn.effect(new Effect.Ask<>(new Queries.Jobs(ask.parent(), ask.limit(), live), ask.to()));
    } else if (request instanceof Input.OneJob ask) {
      turn.effect(new Effect.Ask<>(Queries.OneJob.of(ask.id(), book.find(ask.id())), ask.to()));
    } else if (request instanceof Input.Analyse ask) {
      analyse(ask, turn);
    } else if (request instanceof Input.Cancel cancel) {
      cancellation.cancel(cancel, caller, turn);
    } else if (request instanceof Input.Purge purge) {
      int forgotten = retention.forgetAll(turn);
      LOG.log(Level.INFO, "{0} has {1} forgotten", caller.user(), Counted.of(forgotten, "job"));
      turn.whenSafe(new Step.Do(new Effect.Reply<>(purge.to(), forgotten)));
    } else if (request instanceof Input.ForgetNodes forget) {
      forgetNodes(forget, caller, turn);
    } else if (request instanceof Input.Follow follow) {
      turn.effect(new Effect.Follow(follow.follower(), missedBy(follow.follower())));
    } else {
      throw new IllegalArgumentException("a request that the core does not know: " + request);
    }
  }

  private List<LiveJob> ofParent(UUID parent) {
    return book.live(kept.ofParent(parent));
  }

  private void analyse(Input.Analyse ask, Turn turn) {
    UUID id = ask.jobOrParent();
    Map<Long, JobSummary> live = new TreeMap<>();
    for (LiveJob job : id == null ? book.all() : book.jobOrParent(id)) {
      live.put(job.seq(), job.summaryForAskers());
    }
    turn.effect(new Effect.Ask<>(new Queries.Analyse(id, live), ask.to()));
  }

  private void forgetNodes(Input.ForgetNodes request, Caller caller, Turn turn) {
    String identity = request.identity();
    List<Node> forgotten = List.copyOf(nodes.all());
    if (identity != null) {
      Target target = new Target.OneNode(identity);
      Optional<String> error = resolver.error(target);
      if (error.isPresent()) {
        turn.refuse(
            request.to(), new RefusedException(RefusedException.Kind.NOT_FOUND, error.get()));
        return;
      }
      forgotten = resolver.resolve(List.of(target)).nodes();
    }
    membership.forget(forgotten, turn);
    LOG.log(
        Level.INFO,
        "{0} has forgotten {1}",
        caller.user(),
        identity == null ? "all " + forgotten.size() + " nodes" : "node " + identity);
    turn.whenSafe(new Step.Do(new Effect.Reply<>(request.to(), forgotten.size())));
  }

  /**
   * Only what was already sent to other followers; changes being committed will be sent to this one
   * too.
   */
  private Snapshot missedBy(Follower follower) {
    List<Snapshot.Row> answered = new ArrayList<>();
    List<UUID> ended = new ArrayList<>();
    for (UUID parent : follower.filter().parents()) {
      for (KeptJobs.Kept job : kept.ofParent(parent)) {
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
    return new Snapshot(follower, answered, ended);
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.target.Target;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.common.wire.Upload;
import io.directord.server.coordination.Coordinator;
import io.directord.server.coordination.Floor;
import io.directord.server.coordination.Work;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetError;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.StoredJob;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Passes events to the coordinators of verbs, except those of jobs that are not really run. */
final class Coordination implements JobBook.Listener {
  private final JobBook book;
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final Map<String, Coordinator> byVerb = new LinkedHashMap<>();
  private final List<Effect.Read> unread = new ArrayList<>();
  private OwnJobs ownJobs;

  /** Submits jobs made by the server. */
  interface OwnJobs {
    /**
     * @throws RefusedException if it is refused
     */
    void take(Job job, Work cause, Turn turn);
  }

  Coordination(JobBook book, KeptJobs kept, NodeRegistry nodes, List<Coordinator> coordinators) {
    this.book = book;
    this.kept = kept;
    this.nodes = nodes;
    coordinators.forEach(one -> byVerb.put(one.verb(), one));
  }

  void ownJobs(OwnJobs to) {
    ownJobs = to;
  }

  /** Whether a job goes to every node; its targets are then the nodes that wait for it. */
  boolean targetsEveryNode(Job job) {
    Coordinator of = coordinator(job);
    return of != null && of.targetsEveryNode();
  }

  @Override
  public boolean judges(Job job) {
    Coordinator of = coordinator(job);
    return of != null && of.judges();
  }

  /** The result that counts, of a job whose results are judged. */
  NodeResult judged(Job job, NodeResult result, FetchArrival arrival) {
    return coordinator(job).judged(job, result, arrival);
  }

  /** That of the job's verb; null if it needs none. */
  private Coordinator coordinator(Job job) {
    return job.isDryRun() ? null : byVerb.get(job.verb());
  }

  /** All that are told of the job. */
  private Collection<Coordinator> told(LiveJob job) {
    return job.job().isDryRun() ? List.of() : byVerb.values();
  }

  /** A job waits for other nodes; accepted only for jobs that run on the node. */
  void waiting(Node node, NodeMessage.Waiting message, Turn turn) {
    UUID id = message.jobId();
    Assignment assignment = book.find(id, node);
    if (assignment == null || assignment.isEnded()) {
      String info =
          "nobody waits for this job any more: its node was given up, or it was forgotten";
      turn.say(node, new ServerMessage.Resume(id, false, info));
      return;
    }
    if (!assignment.mayHaveBeenSent()) {
      return;
    }
    turn.say(node, new ServerMessage.Noted(id));
    Coordinator of = coordinator(assignment.job().job());
    if (of != null) {
      of.waiting(assignment.job(), node.identity(), message.answer(), new Desk(turn));
    }
  }

  @Override
  public void submitted(LiveJob job, Turn turn) {
    told(job).forEach(one -> one.submitted(job, new Desk(turn)));
  }

  @Override
  public void queued(Assignment assignment, Turn turn) {
    Coordinator of = coordinator(assignment.job().job());
    if (of != null) {
      of.queued(assignment.job(), assignment.node(), new Desk(turn));
    }
  }

  @Override
  public void ended(Assignment assignment, NodeOutcome outcome, Turn turn) {
    Desk desk = new Desk(turn);
    told(assignment.job())
        .forEach(one -> one.ended(assignment.job(), assignment.node(), outcome, desk));
  }

  @Override
  public void committed(Assignment assignment, NodeOutcome outcome, Turn turn) {
    Desk desk = new Desk(turn);
    for (Coordinator one : told(assignment.job())) {
      one.committed(assignment.job(), assignment.node(), outcome, desk);
    }
  }

  /** Reads again what could not be read, since the store may be away for a while. */
  void readAgain(Turn turn) {
    unread.forEach(turn::effect);
    unread.clear();
  }

  /** Passes the result of a read back to its coordinator. */
  private record Waiter(Coordination owner, List<JobRead> wanted, Floor.Finder finder)
      implements Effect.Finder {
    @Override
    public void found(List<FoundJob> found, Turn turn) {
      finder.found(found, owner.new Desk(turn));
    }

    @Override
    public void failed(RuntimeException why, Turn turn) {
      owner.unread.add(new Effect.Read(wanted, this));
    }
  }

  /** What a coordinator may do during one turn. */
  private final class Desk implements Floor {
    private final Turn turn;

    Desk(Turn turn) {
      this.turn = turn;
    }

    @Override
    public Work find(UUID job) {
      return book.find(job);
    }

    @Override
    public Collection<? extends Work> unended(String fingerprint) {
      return book.live(kept.ofFingerprint(fingerprint));
    }

    @Override
    public List<UUID> ended(String fingerprint) {
      return kept.ofFingerprint(fingerprint).stream()
          .filter(KeptJobs.Kept::isEnded)
          .map(KeptJobs.Kept::id)
          .toList();
    }

    @Override
    public boolean isKept(UUID job) {
      return kept.find(job) != null;
    }

    @Override
    public Optional<String> error(String node) {
      return TargetResolver.of(nodes).error(new Target.OneNode(node)).map(TargetError::message);
    }

    @Override
    public List<String> present() {
      return TargetResolver.of(nodes).resolve(List.of(new Target.EveryNode())).identities();
    }

    @Override
    public void resume(String node, UUID job, boolean success, String info) {
      turn.say(nodes.find(node), new ServerMessage.Resume(job, success, info));
    }

    @Override
    public Optional<String> submit(Job job, Work cause) {
      try {
        ownJobs.take(job, cause, turn);
        return Optional.empty();
      } catch (RefusedException e) {
        return Optional.of(e.getMessage());
      }
    }

    @Override
    public void dropUnsent(String node, Outcome.Failed why) {
      for (Assignment waits : book.queueOf(node).unsent()) {
        book.end(waits, why.reason(), why.info(), turn);
      }
    }

    @Override
    public void reboots(String name, Work job, Duration away) {
      Node node = nodes.find(name);
      Assignment assignment = book.find(job.id(), node);
      node.reboots(assignment.firstSession(), away, turn.now());
      Membership.store(node, turn);
    }

    @Override
    public void takeFiles(String node, Work job, Upload upload) {
      StoredJob stored = job.stored();
      turn.effect(
          new Effect.TakeFiles(job.id(), node, stored.submittedBy(), stored.submittedAt(), upload));
    }

    @Override
    public void endFiles(String node, UUID job, boolean settled) {
      turn.effect(new Effect.EndFiles(job, node, settled));
    }

    @Override
    public void read(List<JobRead> wanted, Floor.Finder finder) {
      turn.effect(new Effect.Read(wanted, new Waiter(Coordination.this, wanted, finder)));
    }
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.validation.Counted;
import io.directord.server.coordination.Work;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.store.Change;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Accepts submissions, or refuses them with all validation errors. */
final class Submission {
  private static final System.Logger LOG = System.getLogger(Submission.class.getName());

  /** Maximum size of a job's own keys, without content. */
  private static final int MAX_JOB_BYTES = 4 << 20;

  /** Share of the memory for jobs that have not ended. */
  private static final long MAX_LIVE_BYTES = Runtime.getRuntime().maxMemory() / 3;

  /** Of a submission, which is durable as a whole or not at all; one job is taken in any case. */
  private static final long MAX_COMMIT_BYTES =
      Math.max(MAX_JOB_BYTES, Runtime.getRuntime().maxMemory() / 16);

  private final JobRoom room = new JobRoom(MAX_LIVE_BYTES, MAX_COMMIT_BYTES);
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final JobBook book;
  private final Coordination coordination;

  Submission(KeptJobs kept, NodeRegistry nodes, JobBook book, Coordination coordination) {
    this.kept = kept;
    this.nodes = nodes;
    this.book = book;
    this.coordination = coordination;
  }

  /**
   * Jobs that a caller submits.
   *
   * @param earlier those of them that have ended already, from the store
   */
  record Order(
      List<PreparedJob> jobs,
      String submittedBy,
      Map<UUID, StoredJob> earlier,
      CompletableFuture<Receipt> to) {

    Order(List<PreparedJob> jobs, String submittedBy, CompletableFuture<Receipt> to) {
      this(jobs, submittedBy, Map.of(), to);
    }
  }

  /** Jobs that were submitted before, and have ended. */
  private record Earlier(Submission owner, Order order) implements Effect.Finder {
    @Override
    public void found(List<FoundJob> found, Turn turn) {
      Map<UUID, StoredJob> earlier = new HashMap<>();
      found.forEach(job -> earlier.put(job.stored().job().id(), job.stored()));
      owner.take(new Order(order.jobs(), order.submittedBy(), earlier, order.to()), turn);
    }

    @Override
    public void failed(RuntimeException why, Turn turn) {
      turn.refuse(order.to(), why);
    }
  }

  /** Adds the jobs that are not known yet, or refuses all of them. */
  void submit(Order order, Turn turn) {
    List<JobRead> earlier = new ArrayList<>();
    for (PreparedJob job : order.jobs()) {
      KeptJobs.Kept known = kept.find(job.job().id());
      if (known != null && known.isEnded()) {
        earlier.add(new JobRead(known.id(), Set.of()));
      }
    }
    if (earlier.isEmpty()) {
      take(order, turn);
    } else {
      turn.effect(new Effect.Read(earlier, new Earlier(this, order)));
    }
  }

  private void take(Order order, Turn turn) {
    try {
      Resolution resolution = new Resolution(nodes);
      List<PreparedJob> fresh = unknown(order, resolution);
      List<LiveJob> taken = new ArrayList<>();
      long bytes = 0;
      long encodedBytes = 0;
      for (PreparedJob job : fresh) {
        LiveJob live = live(job, resolution, order.submittedBy(), turn);
        taken.add(live);
        requireShort(live);
        bytes += live.weight();
        encodedBytes += live.runBytes();
        var load = new JobRoom.Load(fresh.size(), taken.size() - 1, bytes, encodedBytes);
        room.require(load, book.all().size(), book.liveBytes());
      }
      enter(taken, order.submittedBy(), turn);
      List<UUID> ids = order.jobs().stream().map(job -> job.job().id()).toList();
      Receipt receipt = resolution.receipt(ids);
      turn.whenSafe(new Step.Do(new Effect.Reply<>(order.to(), receipt)));
    } catch (RefusedException e) {
      turn.refuse(order.to(), e);
    }
  }

  /** Adds a job made by the server, unless it is known. */
  void takeOwn(Job job, Work cause, Turn turn) {
    if (kept.find(job.id()) != null) {
      return;
    }
    // It has no content, so the secret is unused.
    byte[] secret = cause.stored().secret();
    PreparedJob prepared = new PreparedJob(job, secret, List.of(), Map.of());
    String by = cause.stored().submittedBy();
    LiveJob live = live(prepared, new Resolution(nodes), by, turn);
    requireShort(live);
    room.require(
        new JobRoom.Load(1, 0, live.weight(), live.runBytes()),
        book.all().size(),
        book.liveBytes());
    enter(List.of(live), by, turn);
  }

  private List<PreparedJob> unknown(Order order, Resolution resolution) {
    List<PreparedJob> fresh = new ArrayList<>();
    SubmissionErrors errors = new SubmissionErrors(new TargetResolver(nodes));
    Map<UUID, String> seen = new HashMap<>();
    for (int i = 0; i < order.jobs().size(); i++) {
      Job job = order.jobs().get(i).job();
      String fingerprint = seen.putIfAbsent(job.id(), job.fingerprint());
      if (fingerprint == null) {
        KeptJobs.Kept known = kept.find(job.id());
        if (known == null) {
          errors.look(i, order.jobs().get(i));
          fresh.add(order.jobs().get(i));
          continue;
        }
        LiveJob live = book.find(job.id());
        StoredJob stored = live != null ? live.stored() : order.earlier().get(job.id());
        if (stored != null) {
          resolution.known(job, stored);
        }
        fingerprint = known.fingerprint();
      }
      if (!fingerprint.equals(job.fingerprint())) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            "job " + job.id() + " is known already, with another definition: give it a new id");
      }
    }
    errors.refuse();
    return fresh;
  }

  private LiveJob live(PreparedJob prepared, Resolution resolution, String by, Turn turn) {
    Job job = prepared.job();
    Resolved resolved = resolution.resolve(job);
    boolean everyNode = coordination.targetsEveryNode(job);
    StoredJob stored =
        new StoredJob(
            kept.nextSeq(),
            everyNode ? job.withTargets(resolved.targets()) : job,
            by,
            turn.now().instant(),
            everyNode ? resolution.withAllNodes(resolved) : resolved,
            prepared.secret(),
            false);
    return new LiveJob(stored, prepared.deliveries());
  }

  private static void requireShort(LiveJob job) {
    if (job.runBytes() > MAX_JOB_BYTES) {
      throw new RefusedException(
          RefusedException.Kind.INVALID,
          "job "
              + job.job().title()
              + " is too long: "
              + job.runBytes()
              + " bytes, and at most "
              + MAX_JOB_BYTES
              + " are taken; deliver what is so large as a file, with COPY");
    }
  }

  private void enter(List<LiveJob> jobs, String by, Turn turn) {
    if (jobs.isEmpty()) {
      return;
    }
    LOG.log(
        Level.INFO,
        "{0} submitted {1} of parent {2}",
        by,
        Counted.of(jobs.size(), "job"),
        jobs.get(0).job().parent().title());
    jobs.forEach(job -> enter(job, turn));
    turn.whenSafe(new Step.Taken(jobs));
  }

  private void enter(LiveJob job, Turn turn) {
    book.enter(job);
    turn.effect(new Effect.Open(job.id(), job.deliveries()));
    turn.change(new Change.PutJob(job.stored()));
    for (Assignment assignment : job.assignments()) {
      Node node = nodes.find(assignment.node());
      if (node.isExpired()) {
        String info = Reasons.gone(assignment, node);
        book.end(assignment, Outcome.Reason.LOST, info, turn);
      }
    }
  }

  /** The store has them. */
  void committed(List<LiveJob> jobs, Turn turn) {
    for (LiveJob job : jobs) {
      turn.tell(job.parentId(), Detail.NODES, new Event.JobTaken(job.summaryForAskers()));
      book.queue(job, turn);
    }
  }
}

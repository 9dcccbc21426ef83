package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.target.TargetGroups;
import io.directord.common.validation.Counted;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.Place;
import io.directord.server.coordination.Work;
import io.directord.server.node.Names;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.node.TargetResolver;
import io.directord.server.rolling.Rollout;
import io.directord.server.store.Change;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.Resolved;
import io.directord.server.store.StoredJob;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

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

  /** Key of the limit in a request. */
  private static final String LIMIT = "limit";

  private final JobRoom room = new JobRoom(MAX_LIVE_BYTES, MAX_COMMIT_BYTES);
  private final KeptJobs kept;
  private final NodeRegistry nodes;
  private final JobBook book;
  private final Coordination coordination;
  private final Rollouts rollouts;
  private final TargetGroups groups;
  private final SubmissionRules rules;

  Submission(
      KeptJobs kept,
      NodeRegistry nodes,
      JobBook book,
      Coordination coordination,
      Rollouts rollouts,
      TargetGroups groups,
      TokenBook tokens) {
    this.groups = groups;
    this.kept = kept;
    this.nodes = nodes;
    this.book = book;
    this.coordination = coordination;
    this.rollouts = rollouts;
    this.rules = new SubmissionRules(kept, nodes, book, coordination, rollouts, tokens);
  }

  /** Jobs that were submitted before, and have ended. */
  private record Earlier(Submission owner, Order order, Set<UUID> wanted) implements Effect.Finder {
    @Override
    public void found(List<FoundJob> found, Turn turn) {
      Map<UUID, FoundJob> earlier = new HashMap<>(order.earlier());
      wanted.forEach(id -> earlier.put(id, null));
      found.forEach(job -> earlier.put(job.stored().job().id(), job));
      // More may have ended meanwhile.
      owner.submit(order.with(earlier), turn);
    }

    @Override
    public void failed(RuntimeException why, Turn turn) {
      turn.refuse(order.to(), why);
    }
  }

  /** Adds the jobs that are not known yet, or refuses all of them. */
  void submit(Order order, Turn turn) {
    Map<UUID, JobRead> unread = unread(order);
    if (unread.isEmpty()) {
      take(order, turn);
    } else {
      Earlier earlier = new Earlier(this, order, Set.copyOf(unread.keySet()));
      turn.effect(new Effect.Read(List.copyOf(unread.values()), earlier));
    }
  }

  /** What must be known of jobs that have ended, and has not been read yet. */
  private Map<UUID, JobRead> unread(Order order) {
    Map<UUID, JobRead> unread = new LinkedHashMap<>();
    for (PreparedJob prepared : order.jobs()) {
      Job job = prepared.job();
      KeptJobs.Kept known = kept.find(job.id());
      if (known == null) {
        kept.ofParent(job.parent().id()).stream()
            .filter(other -> other.isEnded() && other.hasFailed())
            .forEach(other -> unread.put(other.id(), new JobRead(other.id(), Set.of(), true)));
      } else if (known.isEnded()) {
        unread.putIfAbsent(known.id(), new JobRead(known.id(), Set.of()));
      }
    }
    unread.keySet().removeAll(order.earlier().keySet());
    return unread;
  }

  /** Nodes on which an earlier job of its parent ended so that no later one runs. */
  private Set<String> shutOut(LiveJob job, Order order) {
    Set<String> nodes = new HashSet<>();
    for (KeptJobs.Kept other : kept.ofParent(job.parentId())) {
      LiveJob live = book.find(other.id());
      FoundJob found = order.earlier().get(other.id());
      if (live != null) {
        live.assignments().stream()
            .filter(Assignment::omitsLater)
            .forEach(assignment -> nodes.add(assignment.node()));
      } else if (found != null) {
        found.results().values().stream()
            .filter(NodeOutcome::omitsLater)
            .forEach(outcome -> nodes.add(outcome.node()));
      }
    }
    return nodes;
  }

  private void take(Order order, Turn turn) {
    try {
      accept(order, turn);
    } catch (RefusedException e) {
      turn.refuse(order.to(), e);
    }
  }

  /**
   * Adds the jobs, of whose parents none has ended; the caller is told when they are durable.
   *
   * @throws RefusedException if they are refused: nothing is changed then
   */
  void accept(Order order, Turn turn) {
    TargetResolver resolver = new TargetResolver(nodes, groups, order.results());
    Resolution resolution = new Resolution(nodes, resolver, order.limit());
    List<PreparedJob> fresh = unknown(order, resolver, resolution);
    List<LiveJob> taken = new ArrayList<>();
    Set<UUID> parents = new HashSet<>();
    long bytes = 0;
    long encodedBytes = 0;
    for (PreparedJob job : fresh) {
      LiveJob live = live(job, resolution, order.caller().user(), turn);
      taken.add(live);
      requireShort(live);
      book.countAwaited(live, parents.add(live.parentId()));
      bytes += live.weight();
      encodedBytes += live.runBytes();
      var load = new JobRoom.Load(fresh.size(), taken.size() - 1, bytes, encodedBytes);
      room.require(load, book.jobs().size(), book.jobs().bytes());
    }
    rules.require(order, taken);
    Map<UUID, Set<String>> shutOut = new HashMap<>();
    taken.forEach(job -> shutOut.computeIfAbsent(job.parentId(), id -> shutOut(job, order)));
    enter(taken, order.caller().user(), turn);
    taken.forEach(job -> omit(job, shutOut.get(job.parentId()), turn));
    List<UUID> ids = order.jobs().stream().map(job -> job.job().id()).toList();
    ids.stream().map(book::find).filter(Objects::nonNull).forEach(job -> hold(job, resolution));
    Receipt receipt = resolution.receipt(ids);
    turn.whenDurable(new Step.Do(new Effect.Reply<>(order.to(), receipt)));
  }

  /**
   * Checks jobs that are not to be entered now, when an expression may stand for no node yet.
   *
   * @throws RefusedException with all that is wrong with them
   */
  void check(Order order) {
    SubmissionErrors errors =
        new SubmissionErrors(new TargetResolver(nodes, groups, order.results()));
    errors.limit(order.limit());
    for (int i = 0; i < order.jobs().size(); i++) {
      errors.look(i, order.jobs().get(i));
    }
    errors.refuseWrong();
  }

  /** Ends the job on nodes where an earlier job of its parent ended so that it does not run. */
  private void omit(LiveJob job, Set<String> nodes, Turn turn) {
    for (String node : job.job().bypassesLanes() ? Set.<String>of() : nodes) {
      Assignment assignment = job.on(node);
      if (assignment != null && !assignment.isEnded()) {
        book.end(assignment, Outcome.Reason.OMITTED, Reasons.OMITTED, turn);
      }
    }
  }

  private void hold(LiveJob job, Resolution resolution) {
    Rollout rollout = rollouts.find(job.parentId());
    if (rollout != null && rollout.isHolding()) {
      List<String> open = job.targets().stream().filter(node -> !rollout.hasBegun(node)).toList();
      resolution.hold(open, rollout.until());
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
        book.jobs().size(),
        book.jobs().bytes());
    enter(List.of(live), by, turn);
  }

  /** The jobs to be taken: those that are not known, and have a target. */
  private List<PreparedJob> unknown(Order order, TargetResolver resolver, Resolution resolution) {
    Map<Integer, PreparedJob> fresh = new LinkedHashMap<>();
    SubmissionErrors errors = new SubmissionErrors(resolver);
    Map<UUID, String> seen = new HashMap<>();
    for (int i = 0; i < order.jobs().size(); i++) {
      Job job = order.jobs().get(i).job();
      String fingerprint = seen.putIfAbsent(job.id(), job.fingerprint());
      if (fingerprint == null) {
        KeptJobs.Kept known = kept.find(job.id());
        if (known == null) {
          fresh.put(i, order.jobs().get(i));
          continue;
        }
        LiveJob live = book.find(job.id());
        FoundJob found = order.earlier().get(job.id());
        StoredJob stored = live != null ? live.stored() : found != null ? found.stored() : null;
        if (stored != null) {
          resolution.known(job, stored);
        }
        fingerprint = known.fingerprint();
      }
      if (!fingerprint.equals(job.fingerprint())) {
        throw new RefusedException(
            RefusedException.Kind.CONFLICT,
            ErrorCode.DUPLICATE_ID,
            "job " + job.id() + " is known already, with another definition: give it a new id");
      }
    }
    if (!order.limit().isEmpty() && fresh.size() < seen.size()) {
      // A submission is kept as a whole, so the limit had left no target of the others.
      fresh.forEach((index, job) -> resolution.omit(job.job(), index));
      return List.of();
    }
    if (!fresh.isEmpty()) {
      errors.limit(order.limit());
    }
    fresh.forEach(errors::look);
    errors.refuse();
    return within(fresh, resolution);
  }

  /** Those of which the limit leaves a target. */
  private static List<PreparedJob> within(Map<Integer, PreparedJob> fresh, Resolution resolution) {
    List<PreparedJob> within = new ArrayList<>();
    fresh.forEach(
        (index, job) -> {
          if (resolution.resolve(job.job()).targets().isEmpty()) {
            resolution.omit(job.job(), index);
          } else {
            within.add(job);
          }
        });
    if (within.isEmpty() && !fresh.isEmpty()) {
      throw new RefusedException(
          RefusedException.Kind.CONFLICT,
          List.of(
              new Place.Key(LIMIT)
                  .error(
                      "the limit leaves no target of "
                          + (fresh.size() == 1 ? "the job" : "any of the " + fresh.size() + " jobs")
                          + ": what the jobs are for and what the limit stands for have no node in"
                          + " common"
                          + (resolution.leftOut().isEmpty()
                              ? ""
                              : " but for those that have expired: "
                                  + Names.some(resolution.leftOut())))
                  .withCode(ErrorCode.NO_NODE_MATCHES)));
    }
    return within;
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
            (everyNode ? resolution.withAllNodes(resolved) : resolved)
                .repeating(prepared.repeats()),
            prepared.secret(),
            false);
    LiveJob live = new LiveJob(stored, prepared.deliveries());
    live.submitted(turn.now());
    return live;
  }

  private static void requireShort(LiveJob job) {
    if (job.runBytes() > MAX_JOB_BYTES) {
      throw new RefusedException(
          RefusedException.Kind.INVALID,
          ErrorCode.TOO_LARGE,
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
    rollouts.enter(jobs, turn);
    jobs.forEach(job -> enter(job, turn));
    turn.whenDurable(new Step.Taken(jobs));
  }

  private void enter(LiveJob job, Turn turn) {
    book.enter(job);
    turn.effect(new Effect.Open(job.id(), job.deliveries()));
    turn.change(new Change.PutJob(job.stored()));
    for (Assignment assignment : job.assignments()) {
      Node node = nodes.find(assignment.node());
      if (node != null && node.isExpired() && !rollouts.isHeld(assignment)) {
        String info = Reasons.gone(assignment, node);
        book.end(assignment, Outcome.Reason.LOST, info, turn);
      }
    }
  }

  /** The jobs are committed. */
  void committed(List<LiveJob> jobs, Turn turn) {
    for (LiveJob job : jobs) {
      turn.tell(
          job.parentId(),
          Detail.NODES,
          new Event.JobTaken(job.summaryForCallers(rollouts.progress(job))));
      book.queue(job, turn);
    }
  }
}

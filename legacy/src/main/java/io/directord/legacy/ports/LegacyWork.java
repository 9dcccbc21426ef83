package io.directord.legacy.ports;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.wire.Control;
import io.directord.common.wire.NodeMessage;
import io.directord.server.link.zeromq.ZeroMqAddress;
import io.directord.server.time.Attention;
import io.directord.server.time.Moment;
import io.directord.verbs.builtin.NeededCapability;
import io.directord.verbs.builtin.QueueSentinelComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The jobs of one client. It has no journal, so it is told each job once: one that may have reached
 * it is waited for and not sent again, and is lost if the client has been started anew or falls
 * silent.
 */
final class LegacyWork {
  /** Added to a job's timeout before a client that reports nothing about any job is given up. */
  private static final Duration GRACE = Duration.ofSeconds(60);

  private static final int REMEMBERED = 1000;
  private static final String THEIRS = "the node's client is the original's, which ";

  /** Verbs that such a client has, but that do not work over these ports. */
  private static final Map<String, String> BEYOND_THEM =
      Map.of("JOB_WAIT", "cannot wait for jobs of other nodes");

  private final String identity;
  private final LegacyContents contents;
  private final Outlet outlet;
  private final Attention time;
  private final LegacyErrands errands;
  private final Map<String, LegacyLane> lanes = new LinkedHashMap<>();
  private final Map<UUID, Sent> sent = new LinkedHashMap<>();
  private final Map<UUID, LegacyJob> byPart = new HashMap<>();
  private final Map<UUID, Job> waiting = new HashMap<>();
  private final FailedParents failedParents = new FailedParents();
  private final Map<UUID, Job> formerly = LegacyErrands.last(REMEMBERED);
  private int transfers;
  private ZeroMqAddress peer;
  private UUID session;
  private Moment heardAt;

  /** A job that was sent, or may have been. */
  private static final class Sent {
    final LegacyJob job;
    final LegacyLane lane;
    final UUID session;

    /** Whether the client has it, or may have it. */
    boolean taken;

    /** Whether the digest of its file is being computed. */
    boolean summing;

    Sent(LegacyJob job, LegacyLane lane, UUID session) {
      this.job = job;
      this.lane = lane;
      this.session = session;
      this.taken = job.isDoubtful();
    }
  }

  LegacyWork(String identity, LegacyContents contents, Outlet outlet, Attention time) {
    this.identity = identity;
    this.contents = contents;
    this.outlet = outlet;
    this.time = time;
    this.heardAt = time.now();
    this.errands = new LegacyErrands(identity, outlet);
  }

  /**
   * The connection is lost.
   *
   * @param breach why it was ended from this side; null if it was not, or by whom is not known
   */
  void disconnected(String breach) {
    if (breach != null) {
      losePresent(breach);
    }
    peer = null;
  }

  /**
   * What the client was saying is lost with the connection, and it does not say it again. It runs
   * the jobs of a lane in their order, so a lane's oldest is the one. Should that be wrong, its own
   * result still takes the place of this.
   */
  private void losePresent(String breach) {
    Map<LegacyLane, Sent> oldest = new LinkedHashMap<>();
    for (Sent one : sent.values()) {
      if (one.taken && one.job.answer() == null) {
        oldest.putIfAbsent(one.lane, one);
      }
    }
    for (Sent one : oldest.values()) {
      leave(one);
      String whose = oldest.size() == 1 ? "this job" : "one of " + oldest.size() + " jobs there";
      fail(
          one.job.job(),
          Outcome.Reason.LOST,
          "the connection of the node's client, which is the original's, was ended for "
              + breach
              + ": the output of "
              + whose
              + " was too large, and is lost. Have the job put out less, or write it to a file");
    }
  }

  /**
   * The client has connected and may be sent jobs.
   *
   * @param client tells one start of the client from another
   */
  void connected(ZeroMqAddress to, UUID client) {
    peer = to;
    session = client;
    heardAt = time.now();
    sent.values().forEach(one -> errands.tellThatItWaits(peer, one.job));
  }

  /**
   * Ends the wait of a QUERY.
   *
   * @param failure why there are no answers; null if the client has them
   */
  void resume(UUID id, String failure) {
    Sent one = sent.get(id);
    if (one != null) {
      one.job.moved(time.now());
      errands.resume(peer, one.job, failure);
    }
  }

  /**
   * Has the client run a job.
   *
   * @param again whether it may have been told before
   */
  void run(Job job, boolean again) {
    Sent before = sent.get(job.id());
    if (before != null) {
      runAgain(before);
      return;
    }
    if (!waiting.containsKey(job.id())) {
      queue(job, again);
    }
    pump();
  }

  private void queue(Job job, boolean again) {
    if (BEYOND_THEM.containsKey(job.verb())) {
      refuse(job, THEIRS + BEYOND_THEM.get(job.verb()));
      return;
    }
    List<NeededCapability> needs = NeededCapability.of(job);
    if (!needs.isEmpty()) {
      refuse(job, THEIRS + "cannot " + NeededCapability.description(needs));
      return;
    }
    try {
      LegacyJob queued = new LegacyJob(job, again);
      if (job.verb().equals(QueueSentinelComponent.VERB)) {
        List.copyOf(waiting.keySet()).forEach(id -> dropped(id, job));
      }
      lanes.computeIfAbsent(LegacyLane.nameFor(job), name -> new LegacyLane()).add(queued);
      waiting.put(job.id(), job);
    } catch (IllegalArgumentException e) {
      refuse(job, e.getMessage());
    }
  }

  /** A job that never came into its lane. */
  private void refuse(Job job, String info) {
    LegacyLane lane = lanes.get(LegacyLane.nameFor(job));
    fail(job, lane == null ? Set.of() : lane.waitingBefore(job), Outcome.Reason.REFUSED, info);
  }

  private void dropped(UUID id, Job sentinel) {
    Outcome.Failed dropped = QueueSentinelComponent.dropped(sentinel.id());
    failWaiting(id, dropped.reason(), dropped.info());
  }

  /** The dispatcher sends a job again, since the client has a new connection. */
  private void runAgain(Sent before) {
    if (!before.taken) {
      transmit(before);
    } else if (!before.session.equals(session)) {
      leave(before);
      fail(
          before.job.job(),
          Outcome.Reason.LOST,
          THEIRS + "was started anew before it answered; the job may have run");
      pump();
    }
  }

  /** A client of the original cannot cancel a job. */
  void cancel(UUID id, UUID parent) {
    Sent running = sent.get(id);
    if (running != null) {
      leave(running);
      String info = THEIRS + "cannot end a job: given up on, it may run there to its end";
      fail(running.job.job(), Outcome.Reason.CANCELLED, info);
    } else if (waiting.containsKey(id)) {
      failWaiting(id, Outcome.Reason.CANCELLED, "cancelled before it was sent to the node");
    } else {
      Set<UUID> before =
          waiting.values().stream()
              .filter(job -> job.parent().id().equals(parent))
              .map(Job::id)
              .collect(Collectors.toSet());
      failedParents.failed(parent, before);
      String info = "given up on: if it has reached the node, it may run there to its end";
      tell("", id, new Outcome.Failed(Outcome.Reason.CANCELLED, info));
    }
    pump();
  }

  /** Tells the dispatcher which jobs are here: it may have given some up with the client. */
  void sayWhatItHas() {
    if (!sent.isEmpty() || !waiting.isEmpty()) {
      outlet.tell(
          peer, new NodeMessage.Holding(List.copyOf(sent.keySet()), List.copyOf(waiting.keySet())));
    }
  }

  /** A job that was given up with the client does not begin; one that was sent goes on. */
  void drop(UUID id) {
    if (waiting.containsKey(id)) {
      String info = "dropped before it was sent to the node, which had been silent for too long";
      failWaiting(id, Outcome.Reason.NOT_STARTED, info);
    }
  }

  private void failWaiting(UUID id, Outcome.Reason reason, String info) {
    Job job = waiting.remove(id);
    LegacyLane lane = lanes.get(LegacyLane.nameFor(job));
    Set<UUID> before = lane.waitingBefore(job);
    lane.removeWaiting(id);
    fail(job, before, reason, info);
  }

  /** The client says something of a job, or of one that it asked for. */
  void heard(LegacyMessage message) {
    heardAt = time.now();
    UUID part = message.uuid();
    LegacyJob job = part == null ? null : byPart.get(part);
    errands.serve(peer, job, job != null ? job.job() : formerly.get(part), message);
    boolean ends = message.control() == Control.FINISHED || message.control() == Control.FAILED;
    if (job != null && job.isDone(part)) {
      return;
    }
    if (job != null && ends) {
      ended(job, part, LegacyResults.of(job, message, heardAt.instant()));
    } else if (job != null && message.control() == Control.PROCESSING) {
      began(job);
    } else if (job == null && ends && part != null) {
      endedLate(part, message);
    }
  }

  /** Of a job that this server gave up, or knows nothing of: the dispatcher decides. */
  private void endedLate(UUID part, LegacyMessage message) {
    Job known = formerly.get(part);
    boolean isWhole = known == null || known.id().equals(part);
    if (isWhole && !errands.made(part)) {
      NodeResult result = LegacyResults.of(part, message, heardAt.instant());
      outlet.tell(peer, new NodeMessage.Ended(message.command(), result));
    }
  }

  private void began(LegacyJob job) {
    Sent known = sent.get(job.job().id());
    job.moved(heardAt);
    if (!known.taken) {
      known.taken = true;
      outlet.tell(peer, new NodeMessage.Started(job.job().id(), job.job().verb(), null));
    }
  }

  private void ended(LegacyJob job, UUID part, NodeResult result) {
    Sent known = sent.get(job.job().id());
    boolean more = job.done(part, result);
    if (more && result.outcome().isSuccess()) {
      known.taken = false;
      transmit(known);
      return;
    }
    leave(known);
    if (!result.outcome().isSuccess()) {
      failedParents.failed(job.job().parent().id(), Set.of());
    }
    outlet.tell(peer, new NodeMessage.Ended(job.job().verb(), job.whole(result)));
    pump();
  }

  /** Sends jobs within the windows of the lanes. */
  private void pump() {
    if (peer == null) {
      return;
    }
    for (LegacyLane lane : List.copyOf(lanes.values())) {
      while (lane.head() != null && pumpHead(lane)) {}
    }
    lanes.values().removeIf(LegacyLane::isEmpty);
  }

  /** Whether the lane's next job may be sent now. */
  private boolean pumpHead(LegacyLane lane) {
    LegacyJob head = lane.head();
    // Such a client fetches under one name: of two connections at once, one would hang.
    if (lane.isHeadHeld() || head.delivers() && transfers > 0) {
      lane.settle();
      return false;
    }
    if (failedParents.omits(head.job())) {
      waiting.remove(lane.drop().job().id());
      fail(head.job(), Outcome.Reason.OMITTED, "an earlier job of its parent failed on this node");
      return true;
    }
    waiting.remove(lane.send().job().id());
    send(head, lane);
    return true;
  }

  private void send(LegacyJob job, LegacyLane lane) {
    Sent now = new Sent(job, lane, session);
    sent.put(job.job().id(), now);
    job.parts().forEach(part -> byPart.put(part.id(), job));
    if (job.delivers()) {
      transfers++;
      job.parts().forEach(part -> contents.allow(identity, job.job().id(), part));
    }
    job.moved(time.now());
    if (!now.taken) {
      transmit(now);
    }
  }

  /** Sends the current part of the job, after the digest of its file is known. */
  private void transmit(Sent one) {
    LegacyJob job = one.job;
    job.moved(time.now());
    SourceFile file = job.current().file();
    String sum = file == null ? null : contents.sum(file);
    if (file == null || sum != null) {
      one.lane.prepared(job);
      outlet.send(peer, job.message(sum));
    } else if (!one.summing) {
      one.summing = true;
      one.lane.prepare(job);
      contents.findSum(job.job().id(), file, why -> outlet.later(() -> summed(one, why)));
    }
  }

  private void summed(Sent one, String failure) {
    one.summing = false;
    boolean wanted = sent.get(one.job.job().id()) == one && !one.taken && peer != null;
    if (wanted && failure == null) {
      transmit(one);
    } else if (wanted) {
      leave(one);
      fail(one.job.job(), Outcome.Reason.REFUSED, failure);
    }
    pump();
  }

  /** Fails jobs that were sent, if the client has reported nothing about any job for too long. */
  void giveUpSilent() {
    Moment now = time.now();
    for (Sent one : new ArrayList<>(sent.values())) {
      Moment since = heardAt.isBefore(one.job.movedAt()) ? one.job.movedAt() : heardAt;
      if (now.since(since).compareTo(one.job.job().timeout().plus(GRACE)) > 0) {
        leave(one);
        fail(
            one.job.job(),
            Outcome.Reason.LOST,
            THEIRS
                + "has said nothing of it for "
                + now.since(since).toSeconds()
                + " s; the job may have run");
      }
    }
    pump();
  }

  private void leave(Sent one) {
    sent.remove(one.job.job().id());
    one.lane.remove(one.job);
    one.lane.prepared(one.job);
    for (LegacyJob.Part part : one.job.parts()) {
      byPart.remove(part.id());
      formerly.put(part.id(), one.job.job());
      if (part.file() != null) {
        contents.forbid(identity, part);
      }
    }
    if (one.job.delivers()) {
      transfers--;
    }
  }

  /** A job that was the first of its parent to be answered. */
  private void fail(Job job, Outcome.Reason reason, String info) {
    fail(job, Set.of(), reason, info);
  }

  /**
   * @param before jobs of its parent that wait and came before it
   */
  private void fail(Job job, Set<UUID> before, Outcome.Reason reason, String info) {
    failedParents.failed(job.parent().id(), before);
    tell(job.verb(), job.id(), new Outcome.Failed(reason, info));
  }

  private void tell(String verb, UUID job, Outcome outcome) {
    outlet.tell(
        peer,
        new NodeMessage.Ended(verb, NodeResult.withoutRun(job, outcome, time.now().instant())));
  }
}

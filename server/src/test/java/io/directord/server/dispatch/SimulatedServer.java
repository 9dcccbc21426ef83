package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.config.HookSettings;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestServer;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.NodeAddress;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.rolling.RolloutProgress;
import io.directord.server.store.Change;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredJob;
import io.directord.server.time.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * The server of a {@link CoreSimulation}: a {@link Core}, and all around it that carries out what
 * it wants, one step at a time. Effects are checked as they happen.
 */
final class SimulatedServer {
  private static final MemoryBudget.Share ANSWERS =
      MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS);

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int WINDOW = 3;
  private static final DispatchLimits LIMITS =
      new DispatchLimits(
          WINDOW,
          HEARTBEAT,
          1_000_000,
          Duration.ofDays(1000),
          TargetGroups.NONE,
          HookSettings.NONE,
          null);
  private static final ServerMessage.Welcome WELCOME =
      new ServerMessage.Welcome("test", HEARTBEAT, 1, List.of());

  private final MemoryStore store;
  private final Invariants invariants;
  private final List<JournalingNode> nodes;
  private final Deque<Turn> uncommitted = new ArrayDeque<>();
  private final Deque<Effect.Read> reads = new ArrayDeque<>();
  private final Deque<Missing> missing = new ArrayDeque<>();
  private final Deque<Effect.AskArrival> arrivals = new ArrayDeque<>();

  /** Jobs of which contents may be fetched. */
  private final Set<UUID> open = new HashSet<>();

  private Followers listening = new Followers();
  private Core core;
  private Duration uptime = Duration.ZERO;
  private int turns;

  /** What a follower is yet to be told. */
  private record Missing(Follower follower, Snapshot snapshot) {}

  /**
   * @param nodes all that may connect; more may be added later
   */
  SimulatedServer(MemoryStore store, Invariants invariants, List<JournalingNode> nodes) {
    this.store = store;
    this.invariants = invariants;
    this.nodes = nodes;
  }

  void start() {
    Turn recovered = new Turn(now());
    core = Recovery.of(store, new NoContents(), LIMITS, WELCOME, ANSWERS, recovered);
    carryOut(recovered);
  }

  /** All that was not committed is lost, and all connections. */
  void kill() {
    uncommitted.clear();
    reads.clear();
    missing.clear();
    arrivals.clear();
    listening = new Followers();
    open.clear();
    for (JournalingNode node : nodes) {
      node.peer = null;
      node.loseMessages();
    }
  }

  /** How many turns the core has made. */
  int turns() {
    return turns;
  }

  /** Whether something is to be committed, read or told. */
  boolean hasWork() {
    return !uncommitted.isEmpty() || !reads.isEmpty() || !missing.isEmpty() || !arrivals.isEmpty();
  }

  void checkNothingIsOpen() {
    Invariants.check(open.isEmpty(), "content was left open: " + open);
  }

  private Moment now() {
    return new Moment(uptime, Instant.EPOCH.plus(uptime));
  }

  void ask(Input.Request request) {
    handle(new Input.Asked(TestServer.CALLER, request));
  }

  void handle(Input... inputs) {
    turns++;
    carryOut(core.handle(List.of(inputs), now()));
  }

  private void carryOut(Turn turn) {
    turn.effects().forEach(this::perform);
    if (!turn.changes().isEmpty() || !turn.steps().isEmpty()) {
      uncommitted.add(turn);
    }
  }

  /** The store commits what the next turns have changed. */
  void commit(int max) {
    List<Turn> done = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    while (!uncommitted.isEmpty() && done.size() < max) {
      changes.addAll(uncommitted.peek().changes());
      done.add(uncommitted.remove());
    }
    Map<UUID, RolloutProgress> before = new HashMap<>();
    store.runs().forEach(run -> before.put(run.parent(), run.progress()));
    for (Change change : changes) {
      if (change instanceof Change.PutProgress next) {
        Invariants.checkPaused(before.put(next.parent(), next.progress()), next);
      } else if (change instanceof Change.PutResult next
          && next.outcome().reason() == Outcome.Reason.INTERRUPTED) {
        invariants.checkNotBehindAFetch(
            store.job(next.seq()).orElseThrow(), next.outcome().node(), "interrupted");
      }
    }
    store.commit(changes);
    if (!done.isEmpty()) {
      handle(new Input.Committed(done));
    }
  }

  boolean isReading() {
    return !reads.isEmpty();
  }

  /** The next thing that the core wants to know is read, if there is one. */
  void read() {
    Effect.Read next = reads.poll();
    if (next != null) {
      List<FoundJob> found = new ArrayList<>();
      for (JobRead wanted : next.wanted()) {
        FoundJob.read(store, wanted).ifPresent(found::add);
      }
      handle(new Input.Found(next.finder(), found));
    }
  }

  /**
   * It is looked what has come of files, if it is to be. Of a job and node that is always the same.
   */
  void judge() {
    Effect.AskArrival next = arrivals.poll();
    if (next != null) {
      boolean came = (next.job().hashCode() + next.node().hashCode() & 3) != 0;
      handle(new Input.Arrived(next.judge(), came ? new FetchArrival(1, "") : null));
    }
  }

  void failToRead() {
    handle(
        new Input.NotFound(reads.remove().finder(), new IllegalStateException("the disk failed")));
  }

  /** A follower is told a part of what it has missed. */
  void catchUp() {
    Missing next = missing.poll();
    if (next != null) {
      List<Event> events = new ArrayList<>();
      boolean more = next.snapshot().next(store, events);
      events.forEach(next.follower()::send);
      if (more) {
        missing.add(next);
      } else {
        next.follower().caughtUp();
      }
    }
  }

  /** A second passes. */
  void tick() {
    uptime = uptime.plusSeconds(1);
    handle(new Input.Tick(true));
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Send send) {
      sent(send.message());
    } else if (effect instanceof Effect.Tell tell) {
      invariants.checkTell(tell);
      listening.tell(tell.parent(), tell.detail(), tell.event());
    } else if (effect instanceof Effect.TellNode tell) {
      listening.tellNode(tell.node());
    } else if (effect instanceof Effect.Follow follow) {
      listening.add(follow.follower());
      listening.catchUp(follow.follower());
      missing.add(new Missing(follow.follower(), follow.snapshot()));
    } else if (effect instanceof Effect.Reply<?> reply) {
      complete(reply);
    } else if (effect instanceof Effect.Refuse refuse) {
      refuse.to().completeExceptionally(refuse.why());
    } else if (effect instanceof Effect.Read read) {
      reads.add(read);
    } else if (effect instanceof Effect.AskArrival ask) {
      arrivals.add(ask);
    } else if (effect instanceof Effect.Open content) {
      open.add(content.job());
    } else if (effect instanceof Effect.Close content) {
      open.remove(content.job());
    }
  }

  private static <T> void complete(Effect.Reply<T> reply) {
    reply.to().complete(reply.value());
  }

  private void send(NodeAddress peer, ServerMessage message) {
    for (JournalingNode node : nodes) {
      if (node.peer == peer) {
        if (message instanceof ServerMessage.Welcome) {
          node.outstanding.clear();
        } else if (message instanceof ServerMessage.Durable durable) {
          durable.jobIds().forEach(id -> invariants.checkDurable(node, id));
        }
        node.toNode.add(message);
      }
    }
  }

  private void sent(AddressedMessage sent) {
    if (sent.message().message() instanceof ServerMessage.Run run) {
      sent(run.job(), sent);
    }
    send(sent.to(), sent.message().message());
  }

  private void sent(Job job, AddressedMessage run) {
    Invariants.check(store.job(job.id()).isPresent(), "sent before it was committed: " + job.id());
    for (JournalingNode node : nodes) {
      if (node.peer == run.to()) {
        if (!node.results.containsKey(job.id())) {
          // One that it has ended, and that is still to be judged, takes no room there.
          node.outstanding.add(job.id());
        }
        StoredJob stored = store.job(job.id()).orElseThrow();
        invariants.checkNotBehindAFetch(stored, node.name, "sent");
        if (stored.job().parent().options().paced()) {
          invariants.checkTurn(stored.job(), node.name);
        }
        // What is sent again may have bypassed the window before.
        int windows = job.bypassesLanes() || run.redelivery() ? 2 : 1;
        Invariants.check(
            node.outstanding.size() <= windows * WINDOW, "more than the window to " + node.name);
      }
    }
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobSummary;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.json.Json;
import io.directord.common.wire.ClientFacts;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.TestAddress;
import io.directord.server.TestServer;
import io.directord.server.link.AddressedMessage;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.memory.MemoryBudget;
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
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import tools.jackson.databind.node.ObjectNode;

/**
 * A world around a {@link Core} in which everything happens in a random order, from a seed: nodes
 * that come and go, stop, die and lose their journals; messages that are late, repeated or lost
 * with their connection; a store that commits when it likes; a server that dies with all that was
 * not committed. What must hold all the same is checked at every effect, and once more at the end,
 * when the world has been left in peace.
 */
final class CoreSimulation {
  private static final MemoryBudget.Share ANSWERS =
      MemoryBudget.ofThisProcess().share(MemoryBudget.Use.ANSWERS);

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);
  private static final int WINDOW = 3;
  private static final DispatchLimits LIMITS =
      new DispatchLimits(WINDOW, HEARTBEAT, 1_000_000, Duration.ofDays(1000));
  private static final ServerMessage.Welcome WELCOME =
      new ServerMessage.Welcome("test", HEARTBEAT, 1);

  private final Random random;
  private final MemoryStore store = new MemoryStore();
  private final List<SimulatedNode> nodes = new ArrayList<>();
  private final Set<UUID> acknowledged = new LinkedHashSet<>();
  private final List<Job> submitted = new ArrayList<>();
  private final Map<String, Integer> begun = new HashMap<>();
  private final Deque<Turn> uncommitted = new ArrayDeque<>();
  private final Deque<Effect.Read> reads = new ArrayDeque<>();
  private final Deque<Missing> missing = new ArrayDeque<>();
  private final List<Told> followers = new ArrayList<>();
  private final Set<UUID> open = new HashSet<>();
  private Followers listening = new Followers();
  private Core core;
  private Duration uptime = Duration.ZERO;
  private int turns;

  /** Whether nothing fails any more. */
  private boolean peace;

  /** What a follower is yet to be told. */
  private record Missing(Follower follower, Snapshot snapshot) {}

  /** What a follower was told. */
  private static final class Told {
    final Set<UUID> parents;
    final Map<String, NodeOutcome> results = new HashMap<>();
    final List<UUID> ended = new ArrayList<>();

    Told(Set<UUID> parents) {
      this.parents = parents;
    }
  }

  /** A node with its journal, and the connection that it has or has not. */
  private static final class SimulatedNode {
    final String name;
    final Map<UUID, Job> queued = new LinkedHashMap<>();
    final Map<UUID, Job> running = new LinkedHashMap<>();
    final Map<UUID, NodeResult> results = new LinkedHashMap<>();
    final Deque<ServerMessage> toNode = new ArrayDeque<>();
    final Deque<NodeMessage> toServer = new ArrayDeque<>();
    final Set<UUID> outstanding = new HashSet<>();
    UUID session;
    UUID journal;
    NodeAddress peer;
    boolean welcome;

    SimulatedNode(String name, UUID session, UUID journal) {
      this.name = name;
      this.session = session;
      this.journal = journal;
    }
  }

  CoreSimulation(long seed) {
    random = new Random(seed);
    for (String name : List.of("a", "b", "c", "d")) {
      nodes.add(new SimulatedNode(name, id(), id()));
    }
    startServer();
    nodes.forEach(this::connect);
    settle();
  }

  /** Plays so many turns of the core, and then lets the world come to rest. */
  int play(int atLeast) {
    while (turns < atLeast) {
      step();
    }
    rest();
    return turns;
  }

  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private void step() {
    SimulatedNode node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(40)) {
      case 0, 1, 2 -> submit();
      case 3, 4, 5, 6, 7, 8 -> hear(node);
      case 9, 10, 11, 12, 13, 14, 15, 16, 17 -> say(node);
      case 18, 19, 20 -> begin(node);
      case 21, 22, 23 -> end(node, outcome());
      case 24, 25, 26, 27, 28, 29 -> commit(1 + random.nextInt(4));
      case 30, 31 -> read();
      case 32 -> catchUp();
      case 33 -> pass(1 + random.nextInt(3));
      case 34 -> rarely(2, () -> disconnect(node));
      case 35 -> reconnect(node);
      case 36 -> rarely(10, () -> restart(node));
      case 37 -> rarely(20, this::killServer);
      case 38 -> rarely(3, this::cancel);
      default -> rarely(4, random.nextBoolean() ? this::follow : () -> fallSilent(node));
    }
  }

  private void rarely(int oneIn, Runnable action) {
    if (random.nextInt(oneIn) == 0) {
      action.run();
    }
  }

  // The server

  private void startServer() {
    Turn recovered = new Turn(now());
    core = Recovery.of(store, new NoContents(), LIMITS, WELCOME, ANSWERS, recovered);
    carryOut(recovered);
  }

  private void killServer() {
    uncommitted.clear();
    reads.clear();
    missing.clear();
    followers.clear();
    listening = new Followers();
    open.clear();
    for (SimulatedNode node : nodes) {
      node.peer = null;
      lose(node);
    }
    acknowledged.forEach(id -> check(store.job(id).isPresent(), "acknowledged and lost: " + id));
    startServer();
  }

  private Moment now() {
    return new Moment(uptime, Instant.EPOCH.plus(uptime));
  }

  private void ask(Input.Request request) {
    handle(new Input.Asked(TestServer.CALLER, request));
  }

  private void handle(Input... inputs) {
    turns++;
    carryOut(core.handle(List.of(inputs), now()));
  }

  private void carryOut(Turn turn) {
    turn.effects().forEach(this::perform);
    if (!turn.changes().isEmpty() || !turn.steps().isEmpty()) {
      uncommitted.add(turn);
    }
  }

  private void commit(int most) {
    List<Turn> done = new ArrayList<>();
    List<Change> changes = new ArrayList<>();
    while (!uncommitted.isEmpty() && done.size() < most) {
      changes.addAll(uncommitted.peek().changes());
      done.add(uncommitted.remove());
    }
    store.commit(changes);
    if (!done.isEmpty()) {
      handle(new Input.Committed(done));
    }
  }

  private void read() {
    Effect.Read next = reads.poll();
    if (next != null && !peace && random.nextInt(20) == 0) {
      handle(new Input.NotFound(next.finder(), new IllegalStateException("the disk failed")));
    } else if (next != null) {
      List<FoundJob> found = new ArrayList<>();
      for (JobRead wanted : next.wanted()) {
        FoundJob.read(store, wanted).ifPresent(found::add);
      }
      handle(new Input.Found(next.finder(), found));
    }
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      uptime = uptime.plusSeconds(1);
      handle(new Input.Tick(true));
      nodes.forEach(node -> rarely(5, () -> heartbeat(node)));
    }
  }

  private void perform(Effect effect) {
    if (effect instanceof Effect.Send send) {
      sent(send.message());
    } else if (effect instanceof Effect.Tell tell) {
      told(tell);
      listening.tell(tell.parent(), tell.detail(), tell.event());
    } else if (effect instanceof Effect.TellNode tell) {
      listening.tellNode(tell.node());
    } else if (effect instanceof Effect.Follow follow) {
      listening.add(follow.follower());
      follow.follower().catchUp();
      missing.add(new Missing(follow.follower(), follow.snapshot()));
    } else if (effect instanceof Effect.Reply<?> reply) {
      complete(reply);
    } else if (effect instanceof Effect.Refuse refuse) {
      refuse.to().completeExceptionally(refuse.why());
    } else if (effect instanceof Effect.Read read) {
      reads.add(read);
    } else if (effect instanceof Effect.Open content) {
      open.add(content.job());
    } else if (effect instanceof Effect.Close content) {
      open.remove(content.job());
    }
  }

  private static <T> void complete(Effect.Reply<T> reply) {
    reply.to().complete(reply.value());
  }

  // Invariants at every effect

  private void send(NodeAddress peer, ServerMessage message) {
    for (SimulatedNode node : nodes) {
      if (node.peer == peer) {
        if (message instanceof ServerMessage.Welcome) {
          node.outstanding.clear();
        } else if (message instanceof ServerMessage.Safe safe) {
          safe.jobIds().forEach(id -> checkSafe(node, id));
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
    check(store.job(job.id()).isPresent(), "sent before it was committed: " + job.id());
    for (SimulatedNode node : nodes) {
      if (node.peer == run.to()) {
        node.outstanding.add(job.id());
        // What is sent again may have bypassed the window before.
        int windows = job.bypassesLanes() || run.redelivery() ? 2 : 1;
        check(node.outstanding.size() <= windows * WINDOW, "more than the window to " + node.name);
      }
    }
  }

  private void checkSafe(SimulatedNode node, UUID id) {
    StoredJob job = store.job(id).orElse(null);
    int target = job == null ? -1 : job.targets().indexOf(node.name);
    check(
        target < 0 || store.result(job.seq(), target).isPresent(),
        "confirmed before it was committed: " + id + " on " + node.name);
  }

  private void told(Effect.Tell tell) {
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

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  // Callers

  private void submit() {
    List<Job> jobs = new ArrayList<>();
    UUID parent = id();
    for (int i = random.nextInt(3); i >= 0; i--) {
      boolean again = !submitted.isEmpty() && random.nextInt(10) == 0;
      jobs.add(again ? submitted.get(random.nextInt(submitted.size())) : job(parent));
    }
    CompletableFuture<Receipt> to = new CompletableFuture<>();
    to.thenAccept(
        receipt -> {
          for (UUID id : receipt.jobs()) {
            check(store.job(id).isPresent(), "acknowledged and not committed: " + id);
            acknowledged.add(id);
          }
        });
    submitted.addAll(jobs);
    var prepared =
        jobs.stream().map(job -> new PreparedJob(job, new byte[32], List.of(), Map.of())).toList();
    ask(new Input.Submit(new Submission.Order(prepared, "tester", to)));
  }

  private Job job(UUID parent) {
    ObjectNode json = Json.object().put("parent_id", parent.toString());
    json.put("job_id", id().toString());
    switch (random.nextInt(12)) {
      case 0 -> json.put("verb", "QUERY").put("query", "n");
      case 1 -> {
        json.put("verb", "JOB_WAIT").put("job_sha", fingerprint());
        json.set("identity", Json.tree(List.of(aNode(), aNode())));
      }
      case 2 -> json.put("verb", "QUEUESENTINEL").put(Job.BYPASS, true);
      default -> json.put("verb", "RUN").put("command", "x").put("job_sha3_224", fingerprint());
    }
    if (random.nextInt(3) > 0) {
      json.set("targets", Json.tree(List.of(aNode(), aNode())));
    }
    return JobJson.read(json);
  }

  /** One of a few, so that jobs are waited for. */
  private String fingerprint() {
    return ("" + (char) ('a' + random.nextInt(6))).repeat(56);
  }

  private String aNode() {
    return nodes.get(random.nextInt(nodes.size())).name;
  }

  private void cancel() {
    if (!submitted.isEmpty()) {
      Job job = submitted.get(random.nextInt(submitted.size()));
      UUID id = random.nextBoolean() ? job.id() : job.parent().id();
      ask(new Input.Cancel(id, true, new CompletableFuture<>()));
    }
  }

  private void follow() {
    if (submitted.isEmpty() || followers.size() > 20) {
      return;
    }
    Set<UUID> parents = new HashSet<>();
    for (int i = 0; i < 3; i++) {
      parents.add(submitted.get(random.nextInt(submitted.size())).parent().id());
    }
    Told told = new Told(parents);
    followers.add(told);
    var filter = new EventFilter(parents, EventFilter.Detail.NODES);
    ask(new Input.Follow(new Follower(filter, event -> heard(told, event))));
  }

  private static void heard(Told told, Event event) {
    if (event instanceof Event.NodeAnswered answered) {
      told.results.put(answered.jobId() + answered.outcome().node(), answered.outcome());
    } else if (event instanceof Event.JobEnded ended) {
      told.ended.add(ended.job().id());
    }
  }

  private void catchUp() {
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

  // Nodes

  private void connect(SimulatedNode node) {
    node.peer = new TestAddress(null, new Credential.NodeKey(node.name));
    node.outstanding.clear();
    heartbeat(node);
  }

  private void reconnect(SimulatedNode node) {
    if (node.peer == null) {
      connect(node);
    }
  }

  private void heartbeat(SimulatedNode node) {
    if (node.peer != null) {
      node.toServer.add(
          new Heartbeat(
              node.name,
              new ClientFacts("1", Duration.ZERO, Duration.ZERO, "machine-" + node.name, "zeromq"),
              Heartbeat.PROTOCOL,
              node.session,
              Set.of(),
              node.journal));
    }
  }

  private void disconnect(SimulatedNode node) {
    NodeAddress lost = node.peer;
    node.peer = null;
    lose(node);
    if (lost != null) {
      handle(new Input.Gone(lost));
    }
  }

  private static void lose(SimulatedNode node) {
    node.toNode.clear();
    node.toServer.clear();
    node.welcome = false;
  }

  private void fallSilent(SimulatedNode node) {
    disconnect(node);
    pass(random.nextInt(40));
  }

  /** Its client dies and is started again; now and then without its journal. */
  private void restart(SimulatedNode node) {
    disconnect(node);
    node.session = id();
    if (random.nextInt(3) == 0) {
      node.journal = id();
      node.queued.clear();
      node.running.clear();
      node.results.clear();
    }
    for (UUID id : List.copyOf(node.running.keySet())) {
      ended(node, id, new Outcome.Failed(Outcome.Reason.INTERRUPTED, "died"));
    }
  }

  private void begin(SimulatedNode node) {
    if (!node.queued.isEmpty()) {
      Job job = node.queued.values().iterator().next();
      node.queued.remove(job.id());
      node.running.put(job.id(), job);
      int times = begun.merge(job.id() + " on " + node.name, 1, Integer::sum);
      check(times == 1, "begun twice: " + job.id() + " on " + node.name);
      if (node.welcome) {
        node.toServer.add(new NodeMessage.Started(job.id(), job.verb()));
        sayThatItWaits(node, job);
      }
    }
  }

  private static boolean waits(SimulatedNode node, Job job) {
    return job.verb().equals("JOB_WAIT")
        || job.verb().equals("QUERY") && job.targets().contains(node.name);
  }

  private static void sayThatItWaits(SimulatedNode node, Job job) {
    if (waits(node, job)) {
      node.toServer.add(new NodeMessage.Waiting(job.id(), job.verb(), "{\"n\":1}"));
    }
  }

  private Outcome outcome() {
    return switch (random.nextInt(5)) {
      case 0 -> new Outcome.Failed(Outcome.Reason.ERROR, "no " + random.nextInt());
      case 1 -> Outcome.Skipped.CACHED;
      default -> new Outcome.Succeeded("yes " + random.nextInt());
    };
  }

  private void end(SimulatedNode node, Outcome outcome) {
    node.running.values().stream()
        .filter(job -> !waits(node, job))
        .findFirst()
        .ifPresent(job -> ended(node, job.id(), outcome));
  }

  private void ended(SimulatedNode node, UUID id, Outcome outcome) {
    node.queued.remove(id);
    node.running.remove(id);
    NodeResult result =
        new NodeResult(id, outcome, "{\"n\":2}", "", Duration.ofMillis(1), null, Instant.EPOCH);
    node.results.put(id, result);
    if (node.welcome) {
      node.toServer.add(new NodeMessage.Ended("RUN", result));
    }
  }

  /** The next message of the node reaches the server, now and then twice. */
  private void say(SimulatedNode node) {
    NodeMessage message = node.toServer.poll();
    if (message != null) {
      if (message instanceof NodeMessage.Ended ended) {
        node.outstanding.remove(ended.result().jobId());
      }
      handle(new Input.Said(node.peer, message, 0));
      if (node.peer != null && random.nextInt(20) == 0) {
        handle(new Input.Said(node.peer, message, 0));
      }
    }
  }

  /** The next message of the server reaches the node. */
  private void hear(SimulatedNode node) {
    ServerMessage message = node.toNode.poll();
    if (message instanceof ServerMessage.WhoAreYou) {
      heartbeat(node);
    } else if (message instanceof ServerMessage.Welcome) {
      welcomed(node);
    } else if (message instanceof ServerMessage.Run run) {
      run(node, run.job());
    } else if (message instanceof ServerMessage.Safe safe) {
      safe.jobIds().forEach(node.results::remove);
    } else if (message instanceof ServerMessage.Drop drop) {
      for (UUID id : drop.jobIds()) {
        if (node.queued.containsKey(id)) {
          ended(node, id, new Outcome.Failed(Outcome.Reason.CANCELLED, "dropped"));
        }
      }
    } else if (message instanceof ServerMessage.Cancel cancel) {
      cancel.jobIds().forEach(id -> cancelled(node, id));
    } else if (message instanceof ServerMessage.Resume resume && isRunning(node, resume)) {
      ended(
          node,
          resume.jobId(),
          resume.success()
              ? new Outcome.Succeeded(resume.info())
              : new Outcome.Failed(Outcome.Reason.ERROR, resume.info()));
    }
  }

  private static boolean isRunning(SimulatedNode node, ServerMessage.Resume resume) {
    return node.running.containsKey(resume.jobId());
  }

  private void welcomed(SimulatedNode node) {
    node.welcome = true;
    if (!node.queued.isEmpty() || !node.running.isEmpty()) {
      node.toServer.add(
          new NodeMessage.Holding(
              List.copyOf(node.running.keySet()), List.copyOf(node.queued.keySet())));
    }
    node.results.values().forEach(one -> node.toServer.add(new NodeMessage.Ended("RUN", one)));
    node.running.values().forEach(job -> sayThatItWaits(node, job));
  }

  private void run(SimulatedNode node, Job job) {
    NodeResult known = node.results.get(job.id());
    if (known != null) {
      node.toServer.add(new NodeMessage.Ended("RUN", known));
    } else if (!node.running.containsKey(job.id())) {
      if (job.verb().equals("QUEUESENTINEL")) {
        for (UUID id : List.copyOf(node.queued.keySet())) {
          ended(node, id, new Outcome.Failed(Outcome.Reason.OMITTED, "dropped"));
        }
      }
      node.queued.putIfAbsent(job.id(), job);
    }
  }

  private void cancelled(SimulatedNode node, UUID id) {
    NodeResult known = node.results.get(id);
    if (known == null) {
      ended(node, id, new Outcome.Failed(Outcome.Reason.CANCELLED, "cancelled"));
    } else {
      node.toServer.add(new NodeMessage.Ended("RUN", known));
    }
  }

  // The end

  /** All that is under way arrives, and all that runs ends. */
  private void settle() {
    for (int idle = 0; idle < 3; ) {
      int before = turns;
      nodes.forEach(this::reconnect);
      while (!uncommitted.isEmpty() || !reads.isEmpty() || !missing.isEmpty()) {
        commit(Integer.MAX_VALUE);
        read();
        catchUp();
      }
      for (SimulatedNode node : nodes) {
        while (!node.toNode.isEmpty() || !node.toServer.isEmpty() || !node.queued.isEmpty()) {
          hear(node);
          say(node);
          begin(node);
          end(node, Outcome.Succeeded.FINISHED);
        }
        end(node, Outcome.Succeeded.FINISHED);
      }
      idle = turns == before ? idle + 1 : 0;
    }
  }

  private void rest() {
    peace = true;
    for (int i = 0; i < 10; i++) {
      settle();
      nodes.forEach(this::heartbeat);
      settle();
      uptime = uptime.plusSeconds(1);
      handle(new Input.Tick(true));
      for (Job job : submitted) {
        // Nothing else ends a job that waits for one that nobody has submitted.
        if (job.verb().equals("JOB_WAIT")) {
          ask(new Input.Cancel(job.id(), true, new CompletableFuture<>()));
        }
      }
    }
    acknowledged.forEach(id -> check(store.job(id).isPresent(), "acknowledged and lost: " + id));
    check(store.unended().isEmpty(), "did not end: " + store.unended());
    check(open.isEmpty(), "content was left open: " + open);
    nodes.forEach(
        node -> check(node.results.isEmpty(), "not confirmed to " + node.name + node.results));
    for (long seq : store.seqs(null)) {
      checkCounts(store.summary(seq).orElseThrow());
    }
    followers.forEach(this::checkTold);
  }

  private void checkCounts(JobSummary summary) {
    StoredJob job = store.job(summary.id()).orElseThrow();
    JobCounts counts = JobCounts.of(job.targets().size());
    for (int i = 0; i < job.targets().size(); i++) {
      counts = counts.plus(store.result(job.seq(), i).orElseThrow());
    }
    check(counts.equals(summary.counts()), "counted wrong: " + summary + " is " + counts);
    check(counts.open() == 0, "ended too early: " + summary);
  }

  private void checkTold(Told told) {
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

package io.directord.server.dispatch;

import io.directord.common.api.EventFilter;
import io.directord.common.api.Receipt;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.ParentOptions;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage;
import io.directord.server.TestAddress;
import io.directord.server.access.Caller;
import io.directord.server.link.Credential;
import io.directord.server.link.NodeAddress;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredNode;
import io.directord.server.store.StoredRun;
import java.util.ArrayList;
import java.util.HashSet;
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
 * that come and go, stop, die and lose their journals or get an older copy back; messages that are
 * late, repeated or lost with their connection; a store that commits when it likes; a server that
 * dies with all that was not committed. What must hold all the same is checked at every effect, and
 * once more at the end, when the world has been left in peace.
 */
public final class CoreSimulation {
  private static final String LATE = "late";

  private final Random random;
  private final RandomJobs jobs;
  private final MemoryStore store = new MemoryStore();
  private final Invariants invariants = new Invariants(store);
  private final List<JournalingNode> nodes = new ArrayList<>();
  private final Set<UUID> acknowledged = new LinkedHashSet<>();
  private final List<Job> submitted = new ArrayList<>();
  private final List<ToldFollower> followers = new ArrayList<>();
  private final SimulatedServer server;

  /** Whether nothing fails any more. */
  private boolean peace;

  public CoreSimulation(long seed) {
    random = new Random(seed);
    jobs = new RandomJobs(random, List.of("a", "b", "c", "d", LATE));
    for (String name : List.of("a", "b", "c", "d")) {
      nodes.add(node(name));
    }
    server = new SimulatedServer(store, invariants, nodes);
    server.start();
    nodes.forEach(this::connect);
    settle();
    // It enrols when it connects for the first time.
    nodes.add(node(LATE));
  }

  private JournalingNode node(String name) {
    return new JournalingNode(name, id(), id(), invariants);
  }

  /** Plays so many turns of the core, and then lets the world come to rest. */
  public int play(int atLeast) {
    while (server.turns() < atLeast) {
      step();
    }
    rest();
    return server.turns();
  }

  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private void step() {
    JournalingNode node = nodes.get(random.nextInt(nodes.size()));
    switch (random.nextInt(44)) {
      case 0, 1, 2 -> submit();
      case 3, 4, 5, 6, 7, 8 -> node.hear();
      case 9, 10, 11, 12, 13, 14, 15, 16, 17 -> say(node);
      case 18, 19, 20 -> node.begin();
      case 21, 22, 23 -> node.end(outcome());
      case 24, 25, 26, 27, 28, 29 -> server.commit(1 + random.nextInt(4));
      case 30, 31 -> read();
      case 32 -> server.catchUp();
      case 41, 42 -> server.judge();
      case 33 -> pass(1 + random.nextInt(3));
      case 34 -> rarely(2, () -> disconnect(node));
      case 35 -> rarely(node.name.equals(LATE) ? 20 : 1, () -> reconnect(node));
      case 36 -> rarely(10, () -> restart(node));
      case 40 -> rarely(4, node::copyJournal);
      case 37 -> rarely(20, this::killServer);
      case 38 -> rarely(3, this::cancel);
      case 39 -> rarely(2, this::pauseOrResume);
      default -> rarely(4, random.nextBoolean() ? this::follow : () -> fallSilent(node));
    }
  }

  private void rarely(int oneIn, Runnable action) {
    if (random.nextInt(oneIn) == 0) {
      action.run();
    }
  }

  private void killServer() {
    followers.clear();
    server.kill();
    acknowledged.forEach(
        id -> Invariants.check(store.job(id).isPresent(), "acknowledged and lost: " + id));
    server.start();
  }

  /** The disk fails now and then. */
  private void read() {
    if (!peace && server.isReading() && random.nextInt(20) == 0) {
      server.failToRead();
    } else {
      server.read();
    }
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      server.tick();
      nodes.forEach(node -> rarely(5, () -> node.heartbeat()));
    }
  }

  // Callers

  private void submit() {
    List<Job> order = new ArrayList<>();
    UUID parent = id();
    ObjectNode options = random.nextInt(2) == 0 ? Json.object() : jobs.options();
    if (!submitted.isEmpty() && random.nextInt(4) == 0) {
      Job earlier = submitted.get(random.nextInt(submitted.size()));
      parent = earlier.parent().id();
      options = Json.object().put("parent_async", earlier.parent().async());
    }
    for (int i = random.nextInt(3); i >= 0; i--) {
      boolean again = !submitted.isEmpty() && random.nextInt(10) == 0;
      order.add(
          again
              ? submitted.get(random.nextInt(submitted.size()))
              : jobs.job(id(), parent, options));
    }
    CompletableFuture<Receipt> to = new CompletableFuture<>();
    to.thenAccept(
        receipt -> {
          for (UUID id : receipt.jobs()) {
            Invariants.check(store.job(id).isPresent(), "acknowledged and not committed: " + id);
            acknowledged.add(id);
          }
        });
    submitted.addAll(order);
    var prepared =
        order.stream().map(job -> new PreparedJob(job, new byte[32], List.of(), Map.of())).toList();
    server.ask(
        new Input.Submit(
            new Order(prepared, new Caller("tester", true), List.of(), EarlierResults.NONE, to)));
  }

  private void cancel() {
    if (!submitted.isEmpty()) {
      Job job = submitted.get(random.nextInt(submitted.size()));
      UUID id = random.nextBoolean() ? job.id() : job.parent().id();
      server.ask(new Input.Cancel(id, true, new CompletableFuture<>()));
    }
  }

  private void pauseOrResume() {
    for (StoredRun run : store.runs()) {
      boolean paused = run.progress() != null && run.progress().pause() != null;
      if (random.nextBoolean()) {
        server.ask(new Input.Pause(run.parent(), paused, new CompletableFuture<>()));
      }
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
    ToldFollower told = new ToldFollower(parents);
    followers.add(told);
    var filter = new EventFilter(parents, EventFilter.Detail.NODES);
    server.ask(new Input.Follow(new Follower(filter, told::tell)));
  }

  // Nodes

  private void connect(JournalingNode node) {
    node.peer = new TestAddress(null, new Credential.NodeKey(node.name));
    node.outstanding.clear();
    node.heartbeat();
  }

  private void reconnect(JournalingNode node) {
    if (node.peer == null) {
      connect(node);
    }
  }

  private void disconnect(JournalingNode node) {
    NodeAddress lost = node.peer;
    node.peer = null;
    node.loseMessages();
    if (lost != null) {
      server.handle(new Input.Gone(lost, null));
    }
  }

  private void fallSilent(JournalingNode node) {
    disconnect(node);
    pass(random.nextInt(40));
  }

  /**
   * Its client dies and is started again; now and then without its journal, or with an older copy
   * if the server knows that the journal was further.
   */
  private void restart(JournalingNode node) {
    disconnect(node);
    node.session = id();
    node.asks = true;
    node.question++;
    if (node.copy != null && isKnownToBeOlder(node.copy)) {
      node.takeJournalOf(node.copy);
      forgetsParents(node);
    } else if (random.nextInt(3) == 0) {
      node.loseJournal(id());
      forgetsParents(node);
    }
    node.copy = null;
    for (UUID id : List.copyOf(node.running.keySet())) {
      node.ended(id, new Outcome.Failed(Outcome.Reason.INTERRUPTED, "died"));
    }
  }

  private void forgetsParents(JournalingNode node) {
    submitted.forEach(job -> node.forgottenParents.add(job.parent().id()));
  }

  private boolean isKnownToBeOlder(JournalingNode copy) {
    return store.nodes().stream()
        .filter(node -> node.identity().equals(copy.name))
        .map(StoredNode::journal)
        .anyMatch(
            known -> known.journal().equals(copy.journal) && known.journalSteps() > copy.steps);
  }

  private Outcome outcome() {
    return switch (random.nextInt(5)) {
      case 0 -> new Outcome.Failed(Outcome.Reason.ERROR, "no " + random.nextInt());
      case 1 -> Outcome.Skipped.CACHED;
      default -> new Outcome.Succeeded("yes " + random.nextInt());
    };
  }

  /** The next message of the node reaches the server, now and then twice. */
  private void say(JournalingNode node) {
    NodeMessage message = node.toServer.poll();
    if (message != null) {
      if (message instanceof NodeMessage.Ended ended) {
        node.outstanding.remove(ended.result().jobId());
      }
      server.handle(new Input.Said(node.peer, message, 0));
      if (node.peer != null && random.nextInt(20) == 0) {
        server.handle(new Input.Said(node.peer, message, 0));
      }
    }
  }

  // The end

  /** All that is under way arrives, and all that runs ends. */
  private void settle() {
    for (int idle = 0; idle < 3; ) {
      int before = server.turns();
      nodes.forEach(this::reconnect);
      while (server.hasWork()) {
        server.commit(Integer.MAX_VALUE);
        read();
        server.judge();
        server.catchUp();
      }
      for (JournalingNode node : nodes) {
        while (!node.toNode.isEmpty() || !node.toServer.isEmpty() || node.mayBegin()) {
          node.hear();
          say(node);
          node.begin();
          node.end(Outcome.Succeeded.FINISHED);
        }
        node.end(Outcome.Succeeded.FINISHED);
      }
      idle = server.turns() == before ? idle + 1 : 0;
    }
  }

  private void rest() {
    peace = true;
    settle();
    for (StoredJob job : store.unended()) {
      ParentOptions options = job.job().parent().options();
      Invariants.check(
          options.paced() || job.job().verb().equals("JOB_WAIT") || invariants.isBehind(job),
          "did not end, and waits for nothing: " + job);
    }
    for (int i = 0; i < 10 || i < 300 && !store.unended().isEmpty(); i++) {
      for (StoredRun run : store.runs()) {
        server.ask(new Input.Pause(run.parent(), true, new CompletableFuture<>()));
      }
      settle();
      nodes.forEach(JournalingNode::heartbeat);
      settle();
      server.tick();
      for (Job job : submitted) {
        // Nothing else ends a job that waits for one that nobody has submitted.
        if (job.verb().equals("JOB_WAIT")) {
          server.ask(new Input.Cancel(job.id(), true, new CompletableFuture<>()));
        }
      }
    }
    acknowledged.forEach(
        id -> Invariants.check(store.job(id).isPresent(), "acknowledged and lost: " + id));
    Invariants.check(store.unended().isEmpty(), "did not end: " + store.unended());
    server.checkNothingIsOpen();
    nodes.forEach(
        node ->
            Invariants.check(
                node.results.isEmpty(), "not confirmed to " + node.name + node.results));
    for (long seq : store.seqs(null)) {
      invariants.checkCounts(store.summary(seq).orElseThrow());
    }
    followers.forEach(invariants::checkTold);
  }
}

package io.directord.server;

import static org.awaitility.Awaitility.await;

import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.config.HookSettings;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.loop.LoopThread;
import io.directord.common.security.CurveKeyPair;
import io.directord.common.security.JoinKey;
import io.directord.common.target.TargetGroups;
import io.directord.common.wire.Delivery;
import io.directord.common.wire.ServerMessage;
import io.directord.common.wire.Upload;
import io.directord.server.access.Caller;
import io.directord.server.access.Owners;
import io.directord.server.access.Tokens;
import io.directord.server.dispatch.Contents;
import io.directord.server.dispatch.Dispatch;
import io.directord.server.dispatch.DispatchLimits;
import io.directord.server.dispatch.Dispatcher;
import io.directord.server.link.LinkSecurity;
import io.directord.server.link.MessageSender;
import io.directord.server.link.Refusals;
import io.directord.server.link.zeromq.JobSocket;
import io.directord.server.memory.MemoryBudget;
import io.directord.server.memory.ResultMemory;
import io.directord.server.store.JobStore;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Dispatcher and store, as the server puts them together, with a test's clock; and a job port, if
 * the test is about that.
 */
public final class TestServer implements AutoCloseable {
  public static final Caller CALLER = new Caller("tester", true);
  public static final Duration HEARTBEAT = Duration.ofSeconds(60);
  private static final DispatchLimits LIMITS = window(1024);

  private final Map<String, CurveKeyPair> nodeKeys = new HashMap<>();
  private final List<FakeNode> nodes = new ArrayList<>();
  private final TestThreads threads = new TestThreads();
  private final List<LoopThread> loops = new ArrayList<>();
  private final TestClock clock;
  private final JobStore store;
  private final DispatchLimits limits;
  private final TestContents contents = new TestContents();
  private final JobSocket socket;
  private final DirectLink direct = new DirectLink();
  private final Dispatcher dispatcher;
  private volatile Set<UUID> foreign = Set.of();

  /** Made when a job port needs them. */
  private static final class ServerKeys {
    static final CurveKeyPair PAIR = CurveKeyPair.generate();
  }

  /** Content that a test may be told to lack. */
  public static final class TestContents implements Contents {
    public final Set<String> missing = ConcurrentHashMap.newKeySet();

    /** What only others have sent. */
    public final Set<String> ofOthers = ConcurrentHashMap.newKeySet();

    public final Set<UUID> open = ConcurrentHashMap.newKeySet();

    /** What nodes have sent to its end. */
    public final Map<String, FetchArrival> arrived = new ConcurrentHashMap<>();

    @Override
    public Set<String> missing(Job job, String sender) {
      return sender == null || !missing.isEmpty() ? missing : ofOthers;
    }

    @Override
    public List<Delivery> deliveries(Job job, byte[] secret) {
      return List.of();
    }

    @Override
    public void open(UUID jobId, List<Delivery> deliveries) {
      open.add(jobId);
    }

    @Override
    public void close(UUID jobId) {
      open.remove(jobId);
    }

    @Override
    public void takeFiles(UUID jobId, String node, String owner, Upload upload) {}

    @Override
    public void endFiles(UUID jobId, String node, boolean settled) {
      if (settled) {
        arrived.remove(node);
      }
    }

    @Override
    public FetchArrival arrival(UUID jobId, String node) {
      return arrived.get(node);
    }
  }

  private final List<StoredHookEvent> told = new CopyOnWriteArrayList<>();

  /** What hooks were told, in order. */
  public List<StoredHookEvent> told() {
    return told;
  }

  private volatile Owners owners = Owners.UNBOUND;

  /** Those that a test has set last. */
  private final class CurrentOwners implements Owners {
    @Override
    public Caller find(String user, Tokens tokens, Instant now) {
      return owners.find(user, tokens, now);
    }

    @Override
    public void refused(Caller owner, String what, String why) {
      owners.refused(owner, what, why);
    }
  }

  /** Limits of which only the jobs that a node may have without an answer matter. */
  public static DispatchLimits window(int jobs) {
    return new DispatchLimits(
        jobs, HEARTBEAT, 1000, Duration.ofDays(1), TargetGroups.NONE, HookSettings.NONE, null);
  }

  /** Has owners of schedules from these roles and the server's tokens from now on. */
  public void owners(Owners others) {
    owners = others;
  }

  public TestServer() {
    this(new MemoryStore(), new TestClock(), LIMITS);
  }

  public TestServer(JobStore store, TestClock clock, DispatchLimits limits) {
    this(store, clock, limits, MemoryBudget.ofThisProcess(), false);
  }

  /** With so much memory for what nodes say. */
  public static TestServer withMemory(MemoryBudget budget) {
    return new TestServer(new MemoryStore(), new TestClock(), LIMITS, budget, false);
  }

  /** With a real job port. */
  public static TestServer withPort() {
    return withPort(new MemoryStore(), new TestClock(), LIMITS, MemoryBudget.ofThisProcess());
  }

  public static TestServer withPort(
      JobStore store, TestClock clock, DispatchLimits limits, MemoryBudget budget) {
    return new TestServer(store, clock, limits, budget, true);
  }

  private TestServer(
      JobStore store,
      TestClock clock,
      DispatchLimits limits,
      MemoryBudget budget,
      boolean hasPort) {
    ResultMemory memory = new ResultMemory(budget);
    Refusals refusals = new Refusals(clock);
    this.clock = clock;
    this.store = store;
    this.limits = limits;
    socket = hasPort ? port(memory, refusals) : null;
    var welcome = new ServerMessage.Welcome("test", HEARTBEAT, 1, List.of());
    MessageSender link = hasPort ? socket : direct;
    dispatcher =
        new Dispatcher(
            store,
            link,
            contents,
            limits,
            welcome,
            memory,
            refusals,
            clock.all(),
            jobs -> foreign,
            new CurrentOwners(),
            (event, done) -> {
              told.add(event);
              done.accept(event);
            },
            () -> true);
    direct.listener(dispatcher);
    loops.add(threads.start("dispatcher", dispatcher));
    loops.add(threads.start("store-writer", dispatcher.writer()));
    if (hasPort) {
      socket.start(dispatcher, threads);
    }
  }

  private JobSocket port(ResultMemory memory, Refusals refusals) {
    try {
      return new JobSocket(
          "127.0.0.1",
          0,
          new LinkSecurity.Shared(ServerKeys.PAIR, null),
          memory,
          refusals,
          clock,
          threads.deaths()::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The jobs that bring a definition which is not the server's. */
  public void foreign(Job... jobs) {
    foreign = Stream.of(jobs).map(Job::id).collect(Collectors.toSet());
  }

  public Dispatch dispatch() {
    return dispatcher.requests();
  }

  public TestClock clock() {
    return clock;
  }

  /** Time passes while the server is at work. */
  public void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      clock.advance(Duration.ofSeconds(1));
      get(dispatch().countNodes(CALLER));
    }
  }

  public TestContents contents() {
    return contents;
  }

  public int port() {
    return socket.port();
  }

  public byte[] serverKey() {
    return ServerKeys.PAIR.publicKey();
  }

  /** By which nodes without the shared key know the server. */
  public byte[] joinKey() {
    return JoinKey.of(ServerKeys.PAIR).publicKey();
  }

  public List<Throwable> deaths() {
    return threads.deaths();
  }

  /** A node that has not said anything yet; the same identity has the same key. */
  public FakeNode node(String identity) {
    return socket == null
        ? direct(identity, "key of " + identity)
        : node(identity, nodeKeys.computeIfAbsent(identity, id -> CurveKeyPair.generate()));
  }

  public FakeNode node(String identity, CurveKeyPair keys) {
    return socket == null
        ? direct(identity, HexFormat.of().formatHex(keys.publicKey()))
        : added(new FakeNode(identity, port(), serverKey(), keys));
  }

  /** One without a socket that proves a key of that text. */
  public FakeNode node(String identity, String key) {
    return direct(identity, key);
  }

  private FakeNode direct(String identity, String key) {
    return added(new FakeNode(identity, key, direct));
  }

  private FakeNode added(FakeNode node) {
    nodes.add(node);
    return node;
  }

  /** A RUN for these targets, in a parent of its own. */
  public static Job job(String... targets) {
    return job(UUID.randomUUID(), targets);
  }

  public static Job job(UUID parent, String... targets) {
    ObjectNode json = Json.object();
    json.put("verb", "RUN");
    json.put("command", "echo hello world");
    json.put("parent_id", parent.toString());
    if (targets.length > 0) {
      json.set("targets", Json.tree(List.of(targets)));
    }
    return JobJson.read(json);
  }

  public Bodies.Checked check(Job... jobs) {
    return get(dispatch().check(CALLER, List.of(jobs), List.of()));
  }

  public List<UUID> submit(Job... jobs) {
    return get(dispatch().submit(CALLER, List.of(jobs))).jobs();
  }

  public JobView view(UUID id) {
    return get(
        dispatch()
            .find(id == null ? "last" : id.toString(), true)
            .thenCompose(found -> dispatch().job(CALLER, found)));
  }

  public JobSummary summary(UUID id) {
    return view(id).summary();
  }

  /** How a job stands on a node. */
  public NodeOutcome outcome(Job job, String node) {
    return view(job.id()).nodes().stream()
        .filter(outcome -> outcome.node().equals(node))
        .findAny()
        .orElseThrow();
  }

  /** What is known of a node. */
  public NodeView nodeView(String identity) {
    return get(dispatch().nodes(CALLER)).stream()
        .filter(node -> node.identity().equals(identity))
        .findAny()
        .orElseThrow();
  }

  /** Lets time pass until the node has expired, as do all others that say nothing. */
  public void expire(String identity) {
    pass(HEARTBEAT.multipliedBy(3).plusSeconds(2));
    await().until(() -> nodeView(identity).state() == NodeView.State.EXPIRED);
  }

  public List<Event> follow(EventFilter.Detail detail, UUID... parents) {
    List<Event> events = new CopyOnWriteArrayList<>();
    dispatch().follow(CALLER, new EventFilter(Set.of(parents), detail), events::add);
    return events;
  }

  /** The future's value; what failed it is thrown as it is. */
  public static <T> T get(CompletableFuture<T> future) {
    try {
      return future.get(240, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Another server with the same store, after the end of this one, which has no port. */
  public TestServer restarted() {
    stop();
    return new TestServer(store, clock, limits);
  }

  /** Stops it, and leaves the store to the test. */
  public void stop() {
    nodes.forEach(FakeNode::close);
    nodes.clear();
    dispatcher.stop();
    if (socket != null) {
      socket.close();
    }
    loops.forEach(LoopThread::close);
  }

  @Override
  public void close() {
    stop();
    store.close();
    if (!deaths().isEmpty()) {
      throw new AssertionError("a thread died", deaths().get(0));
    }
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.Explanation;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RefusedNode;
import io.directord.common.api.Reruns;
import io.directord.common.api.RunState;
import io.directord.common.api.ScheduleInfo;
import io.directord.common.api.ScheduleTiming;
import io.directord.common.api.ScheduleView;
import io.directord.common.api.UndecidedException;
import io.directord.common.job.Job;
import io.directord.common.loop.Loop;
import io.directord.common.validation.ErrorCode;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Caller;
import io.directord.server.access.Tokens;
import io.directord.server.link.MessageSender;
import io.directord.server.link.NodeAddress;
import io.directord.server.link.Refusals;
import io.directord.server.link.TransportListener;
import io.directord.server.memory.ResultMemory;
import io.directord.server.metrics.Figures;
import io.directord.server.metrics.Meters;
import io.directord.server.node.EarlierResults;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreWriter;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import io.directord.server.time.Attention;
import io.directord.server.time.Clocks;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * The loop around the {@link Core}: passes it the inputs of other threads, its changes to the
 * store, and performs its effects. One thread runs {@link #run}, and waits only for its inbox and
 * for a store that is far behind.
 */
public final class Dispatcher implements Dispatch, TransportListener, Loop {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  /** Interval of expiry and retention. */
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Maximum time of a turn that counts as time at work; see {@link Attention}. */
  private static final Duration MAX_TURN = TICK.multipliedBy(2);

  /** Poll interval while something has to be sent soon. */
  private static final long SOON_MILLIS = 50;

  /** Timeout after which a change is reported as undecided. */
  private static final Duration DECISION = Duration.ofSeconds(40);

  /** Metrics do not wait longer for what only the store knows. */
  private static final long STORE_READ_SECONDS = 3;

  /** Of a store of which that is not known. */
  private static final long UNKNOWN_ROOM = Long.MAX_VALUE;

  private final Meters meters = new Meters();
  private final Duration heartbeatInterval;
  private final Inbox<Input> inbox = new Inbox<>();
  private final Attention time;
  private final ResultMemory memory;
  private final Refusals refusals;
  private final DiskRoom room;
  private final Contents contents;
  private final StoreWriter<Turn> writer;
  private final Reader reader;
  private final Outbox outbox;
  private final Performer performer;
  private final Tokens tokens;
  private final Core core;
  private final BroughtVerbs verbs;
  private final BooleanSupplier leads;
  private Turn recovered;
  private Moment nextTick;
  private CompletableFuture<String> roomLooked = CompletableFuture.completedFuture(null);
  private volatile boolean stopping;

  /**
   * @param link sends messages to nodes
   * @param welcome message to nodes that may join
   * @param memory of messages, which is released here
   * @param refusals notes refused clients
   * @param verbs tells which jobs bring a definition that is not the server's
   * @param leads whether this server may tell anybody anything; must not wait
   */
  public Dispatcher(
      JobStore store,
      MessageSender link,
      Contents contents,
      DispatchLimits limits,
      ServerMessage.Welcome welcome,
      ResultMemory memory,
      Refusals refusals,
      Clocks clocks,
      BroughtVerbs verbs,
      BooleanSupplier leads) {
    this.verbs = verbs;
    this.leads = leads;
    this.room = new DiskRoom(store);
    this.contents = contents;
    this.memory = memory;
    this.refusals = refusals;
    this.time = new Attention(clocks.wall(), clocks.nanoTime(), MAX_TURN);
    this.nextTick = time.now();
    this.heartbeatInterval = limits.heartbeatInterval();
    this.writer =
        new StoreWriter<>(
            store,
            clocks,
            turns -> inbox.put(new Input.Committed(turns)),
            () -> inbox.put(new Input.StoreLost()));
    this.reader = new Reader(store, inbox::put, this::order);
    this.outbox = new Outbox(link, clocks.pacing());
    this.tokens = new Tokens(store.tokens());
    this.performer = new Performer(outbox, contents, refusals, reader, meters, tokens);
    this.recovered = new Turn(time.now());
    this.core = Recovery.of(store, contents, limits, welcome, memory.answers(), recovered);
  }

  /**
   * The body of the thread that writes to the store, which is started with this one and ends after
   * it.
   */
  public StoreWriter<?> writer() {
    return writer;
  }

  /** One turn of the server's main loop. */
  @Override
  public boolean turn() throws InterruptedException {
    if (!leads.getAsBoolean()) {
      // Another server may have decided otherwise; this one is about to step down.
      TimeUnit.MILLISECONDS.sleep(SOON_MILLIS);
    } else if (recovered != null) {
      carryOut(recovered);
      recovered = null;
    } else {
      List<Input> inputs = inbox.take(outbox.isWaiting() ? SOON_MILLIS : TICK.toMillis());
      carryOut(core.handle(withTime(inputs), time.now()));
    }
    return !stopping;
  }

  @Override
  public void end() {
    writer.stop();
    reader.close();
  }

  private List<Input> withTime(List<Input> inputs) {
    List<Input> all = new ArrayList<>(inputs.size() + 2);
    Duration absent = time.turn();
    if (absent.compareTo(heartbeatInterval) > 0) {
      LOG.log(
          Level.WARNING,
          "the server did not run for {0} s: it was stopped, suspended or overloaded;"
              + " no node is taken for silent because of it",
          absent.toSeconds());
      all.add(new Input.Absent());
    }
    for (Input input : inputs) {
      if (input instanceof Input.CaughtUp part) {
        performer.caughtUp(part);
      } else {
        if (input instanceof Input.Committed committed) {
          committed.turns().forEach(turn -> performer.committed(turn, time.now()));
        }
        all.add(unlessTight(input));
      }
    }
    if (!time.now().isBefore(nextTick)) {
      all.add(new Input.Tick(writer.trouble() == null));
      nextTick = time.now().plus(TICK);
      lookForRoom();
    }
    return all;
  }

  /** Has the log say when the disk gets full, also if nobody asks; never twice at once. */
  private void lookForRoom() {
    if (roomLooked.isDone()) {
      roomLooked = new CompletableFuture<>();
      reader.prepare(store -> room.obstacle(), roomLooked);
    }
  }

  /** While the store fails and too much waits for it, results stay with their nodes. */
  private Input unlessTight(Input input) {
    if (input instanceof Input.Said said
        && said.message() instanceof NodeMessage.Ended
        && writer.trouble() != null
        && memory.isTight()) {
      memory.release(said.reserved());
      return new Input.Deferred(said.peer());
    }
    return input;
  }

  private void carryOut(Turn turn) throws InterruptedException {
    turn.effects().forEach(performer::perform);
    outbox.flush();
    memory.release(turn.released());
    if (turn.changes().isEmpty() && turn.steps().isEmpty()) {
      memory.release(turn.kept());
    } else {
      writer.write(turn.changes(), turn);
    }
  }

  @Override
  public void stop() {
    stopping = true;
    inbox.put(new Input.Wake());
  }

  @Override
  public void received(NodeAddress peer, NodeMessage message, long reserved) {
    inbox.add(new Input.Said(peer, message, reserved));
  }

  @Override
  public void undecodable(NodeAddress peer, UUID job, String why, long reserved) {
    inbox.add(new Input.Undecodable(peer, job, why, reserved));
  }

  @Override
  public void endOfBatch() {
    inbox.wake();
  }

  @Override
  public void gone(NodeAddress peer) {
    gone(peer, null);
  }

  @Override
  public void gone(NodeAddress peer, String why) {
    inbox.put(new Input.Gone(peer, why));
  }

  @Override
  public CompletableFuture<Receipt> submit(Caller caller, List<Job> jobs, List<String> limit) {
    return submit(caller, jobs, limit, Map.of());
  }

  /**
   * @param repeats of reruns, the job that was submitted first
   */
  private CompletableFuture<Receipt> submit(
      Caller caller, List<Job> jobs, List<String> limit, Map<UUID, UUID> repeats) {
    List<UUID> ids = jobs.stream().map(Job::id).toList();
    return requireStore(
        why -> UndecidedException.ofJobs(why, ids),
        to ->
            prepare(
                caller,
                store -> {
                  requireRoom(room.obstacle());
                  var prepared =
                      jobs.stream()
                          .map(
                              job -> PreparedJob.of(job, contents).repeating(repeats.get(job.id())))
                          .toList();
                  EarlierResults earlier = new EarlierReader(store).read(jobs, limit);
                  return new Input.Submit(
                      new Submission.Order(
                          prepared, caller, limit, earlier, Map.of(), foreign(caller, jobs), to));
                },
                to));
  }

  @Override
  public CompletableFuture<Reruns.Plan> planRerun(Caller caller, UUID id, Reruns.Request wanted) {
    return found(caller, id, wanted).thenApply(Rerun.Found::plan);
  }

  @Override
  public CompletableFuture<Receipt> rerun(Caller caller, UUID id, Reruns.Request wanted) {
    return found(caller, id, wanted)
        .thenCompose(found -> submit(caller, found.jobs(), List.of(), found.repeats()));
  }

  private CompletableFuture<Rerun.Found> found(Caller caller, UUID id, Reruns.Request wanted) {
    return nodes(caller)
        .thenCombine(
            wanted.limit().isEmpty()
                ? CompletableFuture.completedFuture(null)
                : nodes(caller, wanted.limit()),
            (all, limit) ->
                new Rerun(id, wanted, names(all), limit == null ? null : names(limit), contents))
        .thenCompose(
            rerun -> {
              CompletableFuture<Rerun.Found> to = new CompletableFuture<>();
              reader.ask(rerun, to);
              return to;
            });
  }

  private static Set<String> names(List<NodeView> nodes) {
    return nodes.stream().map(NodeView::identity).collect(Collectors.toSet());
  }

  @Override
  public CompletableFuture<Bodies.Checked> check(
      Caller caller, List<Job> jobs, List<String> limit) {
    CompletableFuture<Bodies.Checked> to = new CompletableFuture<>();
    prepare(
        caller,
        store ->
            new Input.Check(
                new Input.Check.Question(
                    List.copyOf(jobs),
                    limit,
                    new EarlierReader(store).read(jobs, limit),
                    foreign(caller, jobs)),
                room.obstacle(),
                to),
        to);
    return to;
  }

  private Set<UUID> foreign(Caller caller, List<Job> jobs) {
    return caller.rights().everything() ? Set.of() : verbs.foreign(jobs);
  }

  private static void requireRoom(String obstacle) {
    if (obstacle != null) {
      throw new RefusedException(RefusedException.Kind.FULL, ErrorCode.DISK_FULL, obstacle);
    }
  }

  /** Runs a request that reads the disk first. */
  private void prepare(Caller caller, Question<Input.Request> input, CompletableFuture<?> to) {
    CompletableFuture<Input.Request> ready = new CompletableFuture<>();
    ready.whenComplete(
        (made, failure) -> {
          if (failure == null) {
            inbox.put(new Input.Asked(caller, made));
          } else {
            to.completeExceptionally(failure);
          }
        });
    reader.prepare(input, ready);
  }

  @Override
  public List<RefusedNode> refused() {
    return refusals.all();
  }

  @Override
  public CompletableFuture<NodeCount> countNodes(Caller caller) {
    return ask(caller, Input.CountNodes::new);
  }

  @Override
  public Meters meters() {
    return meters;
  }

  @Override
  public CompletableFuture<Figures> figures(Caller caller) {
    CompletableFuture<Figures.Kept> kept = new CompletableFuture<>();
    reader.ask(
        store ->
            new Figures.Kept(
                store.sizeBytes(), room(store.usableBytes()), writer.trouble() == null),
        kept);
    return ask(caller, Input.Measure::new)
        .thenCombine(
            kept.exceptionally(failure -> null)
                .completeOnTimeout(null, STORE_READ_SECONDS, TimeUnit.SECONDS),
            (decided, store) ->
                new Figures(
                    decided.nodes(),
                    decided.work(),
                    store == null ? unread() : store,
                    contents.transfers(),
                    performer.followers(),
                    refusals.count()));
  }

  /** A store that cannot be read now is not taken for a dispatcher that does not answer. */
  private Figures.Kept unread() {
    return new Figures.Kept(OptionalLong.empty(), OptionalLong.empty(), writer.trouble() == null);
  }

  private static OptionalLong room(long bytes) {
    return bytes == UNKNOWN_ROOM ? OptionalLong.empty() : OptionalLong.of(bytes);
  }

  @Override
  public CompletableFuture<List<NodeView>> nodes(Caller caller) {
    return ask(caller, to -> new Input.Nodes(List.of(), EarlierResults.NONE, to));
  }

  @Override
  public CompletableFuture<List<NodeView>> nodes(Caller caller, List<String> targets) {
    CompletableFuture<List<NodeView>> to = new CompletableFuture<>();
    prepare(
        caller,
        store -> new Input.Nodes(targets, new EarlierReader(store).read(List.of(), targets), to),
        to);
    return to;
  }

  @Override
  public CompletableFuture<List<String>> label(
      Caller caller, List<String> targets, Map<String, String> labels) {
    return requireStore(
        UndecidedException::ofRequest,
        to ->
            prepare(
                caller,
                store ->
                    new Input.Label(
                        targets, labels, new EarlierReader(store).read(List.of(), targets), to),
                to));
  }

  @Override
  public CompletableFuture<UUID> find(String reference, boolean jobsOnly) {
    return References.whole(reference)
        .map(CompletableFuture::completedFuture)
        .orElseGet(
            () -> {
              CompletableFuture<UUID> to = new CompletableFuture<>();
              reader.ask(store -> new References(store).find(reference, jobsOnly), to);
              return to;
            });
  }

  @Override
  public CompletableFuture<Bodies.Jobs> jobs(Caller caller, UUID parent, UUID before, int limit) {
    return ask(caller, to -> new Input.Jobs(parent, before, limit, to));
  }

  @Override
  public CompletableFuture<JobView> job(Caller caller, UUID id) {
    return ask(caller, to -> new Input.OneJob(id, to));
  }

  @Override
  public CompletableFuture<NodeOutcome> result(Caller caller, UUID id, String node) {
    return ask(caller, to -> new Input.OneResult(id, node, to));
  }

  @Override
  public CompletableFuture<Explanation> explain(Caller caller, UUID id, String node) {
    return ask(caller, to -> new Input.Explain(id, node, to));
  }

  @Override
  public CompletableFuture<Analysis> analysis(Caller caller, UUID jobOrParent) {
    return ask(caller, to -> new Input.Analyse(jobOrParent, to));
  }

  @Override
  public CompletableFuture<Bodies.Cancelled> cancel(Caller caller, UUID jobOrParent) {
    return decided(
        ask(caller, to -> new Input.Cancel(jobOrParent, writer.trouble() == null, to)),
        UndecidedException::ofRequest);
  }

  @Override
  public CompletableFuture<RunState> pause(Caller caller, UUID jobOrParent, boolean resume) {
    return requireStore(
        UndecidedException::ofRequest,
        to -> inbox.put(new Input.Asked(caller, new Input.Pause(jobOrParent, resume, to))));
  }

  @Override
  public CompletableFuture<ScheduleView> addSchedule(
      Caller caller, String name, ScheduleTiming timing, List<Job> jobs, List<String> limit) {
    StoredSchedule schedule =
        new StoredSchedule(
            UUID.randomUUID(), name, timing, List.copyOf(jobs), limit, caller.user(), null);
    return requireStore(
        UndecidedException::ofRequest,
        to ->
            prepare(
                caller,
                store -> {
                  requireRoom(room.obstacle());
                  return new Input.AddSchedule(schedule, order(store, jobs, limit, caller), to);
                },
                to));
  }

  private Submission.Order order(
      JobStore store, List<Job> jobs, List<String> limit, Caller caller) {
    var prepared = jobs.stream().map(job -> PreparedJob.of(job, contents)).toList();
    EarlierResults earlier = new EarlierReader(store).read(jobs, limit);
    return new Submission.Order(prepared, caller, limit, earlier, new CompletableFuture<>());
  }

  /** The jobs of a schedule's run. */
  private Submission.Order order(JobStore store, ScheduledRun run) {
    requireRoom(room.obstacle());
    StoredSchedule schedule = run.schedule();
    // Only who may run all verbs on all nodes may add schedules, so no role binds their runs.
    Caller owner = new Caller(schedule.createdBy(), false);
    return order(store, run.jobs(), schedule.limit(), owner);
  }

  @Override
  public CompletableFuture<ScheduleView> changeSchedule(
      Caller caller, String name, ScheduleAction action) {
    return requireStore(
        UndecidedException::ofRequest,
        to -> inbox.put(new Input.Asked(caller, new Input.ChangeSchedule(name, action, to))));
  }

  @Override
  public CompletableFuture<List<ScheduleView>> schedules(Caller caller) {
    return ask(caller, Input.Schedules::new);
  }

  @Override
  public CompletableFuture<ScheduleInfo> schedule(Caller caller, String name) {
    return ask(caller, to -> new Input.OneSchedule(name, to));
  }

  @Override
  public CompletableFuture<Integer> purgeJobs(Caller caller) {
    return requireStore(
        UndecidedException::ofRequest,
        to ->
            prepare(
                caller,
                store -> {
                  requireRoom(room.purgeObstacle());
                  return new Input.Purge(to);
                },
                to));
  }

  @Override
  public CompletableFuture<List<String>> forgetNodes(Caller caller, String target) {
    List<String> targets = target == null ? List.of() : List.of(target);
    return requireStore(
        UndecidedException::ofRequest,
        to ->
            prepare(
                caller,
                store ->
                    new Input.ForgetNodes(
                        target, new EarlierReader(store).read(List.of(), targets), to),
                to));
  }

  @Override
  public Tokens tokens() {
    return tokens;
  }

  @Override
  public CompletableFuture<String> lacking(Caller caller, Caller who, String verb, String node) {
    return ask(caller, to -> new Input.May(who, verb, node, to));
  }

  @Override
  public CompletableFuture<StoredToken> createToken(Caller caller, StoredToken token) {
    return requireStore(
        UndecidedException::ofRequest,
        to -> inbox.put(new Input.Asked(caller, new Input.PutToken(token, to))));
  }

  @Override
  public CompletableFuture<StoredToken> revokeToken(Caller caller, String name) {
    return requireStore(
        UndecidedException::ofRequest,
        to -> inbox.put(new Input.Asked(caller, new Input.ForgetToken(name, to))));
  }

  @Override
  public Subscription follow(Caller caller, EventFilter filter, Consumer<Event> sink) {
    Follower follower = new Follower(filter, sink);
    inbox.put(new Input.Asked(caller, new Input.Follow(follower)));
    return () -> inbox.put(new Input.Unfollow(follower));
  }

  @Override
  public List<String> warnings() {
    String trouble = writer.trouble();
    if (trouble != null) {
      return List.of(trouble + ": no job is taken until it can be used");
    }
    String noRoom = room.obstacle();
    return noRoom == null ? List.of() : List.of(noRoom);
  }

  private <T> CompletableFuture<T> ask(
      Caller caller, Function<CompletableFuture<T>, Input.Request> question) {
    CompletableFuture<T> to = new CompletableFuture<>();
    inbox.put(new Input.Asked(caller, question.apply(to)));
    return to;
  }

  /** Refuses changes that cannot be stored. */
  private <T> CompletableFuture<T> requireStore(
      UnaryOperator<String> undecided, Consumer<CompletableFuture<T>> then) {
    CompletableFuture<T> to = new CompletableFuture<>();
    String trouble = writer.trouble();
    if (trouble == null) {
      then.accept(to);
    } else {
      to.completeExceptionally(
          new RefusedException(
              RefusedException.Kind.FULL,
              ErrorCode.STORE_UNUSABLE,
              trouble + ": no job is taken until it can be used; it is tried every second"));
    }
    return decided(to, undecided);
  }

  /** Adds the timeout, with its message. */
  private <T> CompletableFuture<T> decided(
      CompletableFuture<T> change, UnaryOperator<String> undecided) {
    return Decision.within(
        DECISION,
        change,
        () -> {
          String trouble = writer.trouble();
          return undecided.apply(trouble == null ? "it is too busy" : trouble);
        });
  }
}

package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Bodies;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.Explanation;
import io.directord.common.api.HookView;
import io.directord.common.api.JobFilter;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOrder;
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
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Tokens;
import io.directord.server.link.Refusals;
import io.directord.server.metrics.Figures;
import io.directord.server.metrics.Meters;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreWriter;
import io.directord.server.store.StoredJoinToken;
import io.directord.server.store.StoredSchedule;
import io.directord.server.store.StoredToken;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What callers ask of the dispatcher, on their threads: passes it to the {@link Core} as inputs.
 * Questions that only the store can answer go to its {@link Reader}.
 */
final class Requests implements Dispatch {
  /** Timeout after which a change is reported as undecided. */
  private static final Duration DECISION = Duration.ofSeconds(40);

  /** How many nodes the dispatcher shows before it does something else. */
  static final int MAX_NODES_AT_ONCE = 200;

  private final Inbox<Input> inbox;
  private final Reader reader;
  private final StoreWriter<Turn> writer;
  private final Orders orders;
  private final DiskRoom room;
  private final Contents contents;
  private final Tokens tokens;
  private final Refusals refusals;
  private final Meters meters;
  private final Measuring measuring;
  private final HookOutlet hooks;
  private final List<String> joinKeys;

  Requests(
      Inbox<Input> inbox,
      Reader reader,
      StoreWriter<Turn> writer,
      Orders orders,
      DiskRoom room,
      Contents contents,
      Tokens tokens,
      Refusals refusals,
      Meters meters,
      Measuring measuring,
      HookOutlet hooks,
      List<String> joinKeys) {
    this.joinKeys = joinKeys;
    this.hooks = hooks;
    this.inbox = inbox;
    this.reader = reader;
    this.writer = writer;
    this.orders = orders;
    this.room = room;
    this.contents = contents;
    this.tokens = tokens;
    this.refusals = refusals;
    this.meters = meters;
    this.measuring = measuring;
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
                store ->
                    new Input.Submit(orders.submission(store, caller, jobs, limit, repeats, to)),
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
    prepare(caller, store -> orders.check(store, caller, jobs, limit, to), to);
    return to;
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
    return measuring.figures(caller);
  }

  @Override
  public CompletableFuture<NodePage.Shown> nodes(
      Caller caller, List<String> targets, NodePage page) {
    if (targets.isEmpty() && page.order() == NodeOrder.NAME) {
      return nodesAfter(caller, "", page, new ArrayList<>())
          .thenApply(
              found ->
                  new NodePage.Shown(
                      found.nodes(),
                      Math.max(0, page.all(found.states()) - page.offset() - found.nodes().size()),
                      found.states()));
    }
    CompletableFuture<List<NodeView>> wanted;
    if (targets.isEmpty()) {
      wanted =
          nodesAfter(caller, "", NodePage.ALL, new ArrayList<>()).thenApply(NodePage.Part::nodes);
    } else {
      CompletableFuture<List<NodeView>> to = new CompletableFuture<>();
      prepare(
          caller,
          store -> new Input.Nodes(targets, new EarlierReader(store).read(List.of(), targets), to),
          to);
      wanted = to;
    }
    return wanted.thenCompose(
        found -> {
          CompletableFuture<NodePage.Shown> sorted = new CompletableFuture<>();
          reader.ask(store -> page.of(found), sorted);
          return sorted;
        });
  }

  /**
   * Nodes in the order of their names, asked for a part at a time, so that what nodes say comes in
   * between.
   *
   * @param found those before; more are added
   */
  private CompletableFuture<NodePage.Part> nodesAfter(
      Caller caller, String after, NodePage page, List<NodeView> found) {
    int limit = page.limit() - found.size();
    int part = Math.min(limit, MAX_NODES_AT_ONCE);
    int skip = found.isEmpty() ? page.offset() : 0;
    return this.<NodePage.Part>ask(
            caller, to -> new Input.NodesAfter(after, page.state(), skip, part, to))
        .thenCompose(
            next -> {
              int size = next.nodes().size();
              found.addAll(next.nodes());
              if (size < part || size == limit) {
                return CompletableFuture.completedFuture(new NodePage.Part(found, next.states()));
              }
              String last = next.nodes().get(size - 1).identity();
              return nodesAfter(caller, last, page, found);
            });
  }

  @Override
  public CompletableFuture<List<String>> label(
      Caller caller, List<String> targets, Map<String, String> labels) {
    return changePrepared(
        caller,
        (store, to) ->
            new Input.Label(
                targets, labels, new EarlierReader(store).read(List.of(), targets), to));
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
  public CompletableFuture<Bodies.Jobs> openJobs(Caller caller, int limit, JobFilter filter) {
    return this.<OpenSearch.Found>ask(caller, to -> new Input.FindOpen(limit, filter, to))
        .thenCompose(found -> ask(caller, to -> new Input.OpenJobs(found, to)));
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
    return change(caller, to -> new Input.Pause(jobOrParent, resume, to));
  }

  @Override
  public CompletableFuture<ScheduleView> addSchedule(
      Caller caller, String name, ScheduleTiming timing, List<Job> jobs, List<String> limit) {
    StoredSchedule schedule =
        new StoredSchedule(
            UUID.randomUUID(), name, timing, List.copyOf(jobs), limit, caller.user(), null);
    return changePrepared(
        caller,
        (store, to) ->
            new Input.AddSchedule(schedule, orders.schedule(store, schedule, caller), to));
  }

  @Override
  public CompletableFuture<ScheduleView> changeSchedule(
      Caller caller, String name, ScheduleAction action) {
    return change(caller, to -> new Input.ChangeSchedule(name, action, to));
  }

  @Override
  public CompletableFuture<HookRuns> hookRuns(Caller hook, UUID job) {
    return ask(hook, to -> new Input.HookRuns(job, to));
  }

  @Override
  public List<HookView> hooks() {
    return hooks.hooks();
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
    return changePrepared(
        caller,
        (store, to) -> {
          orders.requireRoomToPurge();
          return new Input.Purge(to);
        });
  }

  @Override
  public CompletableFuture<List<String>> forgetNodes(Caller caller, String target) {
    List<String> targets = target == null ? List.of() : List.of(target);
    return changePrepared(
        caller,
        (store, to) ->
            new Input.ForgetNodes(target, new EarlierReader(store).read(List.of(), targets), to));
  }

  @Override
  public Tokens tokens() {
    return tokens;
  }

  @Override
  public JoinDesk joinDesk() {
    return new Joining();
  }

  private final class Joining implements JoinDesk {
    @Override
    public Optional<String> serverKey() {
      return joinKeys.stream().findFirst();
    }

    @Override
    public CompletableFuture<StoredJoinToken> create(Caller caller, StoredJoinToken token) {
      return requireStore(
          UndecidedException::ofRequest,
          to -> inbox.put(new Input.Asked(caller, new Input.PutJoinToken(token, to))));
    }

    @Override
    public CompletableFuture<StoredJoinToken> revoke(Caller caller, String id) {
      return requireStore(
          UndecidedException::ofRequest,
          to -> inbox.put(new Input.Asked(caller, new Input.ForgetJoinToken(id, to))));
    }

    @Override
    public CompletableFuture<List<StoredJoinToken>> list(Caller caller) {
      return ask(caller, Input.ListJoinTokens::new);
    }
  }

  @Override
  public CompletableFuture<String> lacking(Caller caller, Caller who, String verb, String node) {
    return ask(caller, to -> new Input.May(who, verb, node, to));
  }

  @Override
  public CompletableFuture<StoredToken> createToken(Caller caller, StoredToken token) {
    return change(caller, to -> new Input.PutToken(token, to));
  }

  @Override
  public CompletableFuture<StoredToken> revokeToken(Caller caller, String name) {
    return change(caller, to -> new Input.ForgetToken(name, to));
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

  /** Refuses what cannot be stored. */
  private <T> CompletableFuture<T> change(
      Caller caller, Function<CompletableFuture<T>, Input.Request> request) {
    return requireStore(
        UndecidedException::ofRequest, to -> inbox.put(new Input.Asked(caller, request.apply(to))));
  }

  /** Likewise, of a request for which the store is read before. */
  private <T> CompletableFuture<T> changePrepared(
      Caller caller, BiFunction<JobStore, CompletableFuture<T>, Input.Request> request) {
    return requireStore(
        UndecidedException::ofRequest,
        to -> prepare(caller, store -> request.apply(store, to), to));
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

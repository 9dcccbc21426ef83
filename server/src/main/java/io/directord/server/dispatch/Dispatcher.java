package io.directord.server.dispatch;

import io.directord.common.api.Analysis;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeView;
import io.directord.common.api.Receipt;
import io.directord.common.api.RefusedNode;
import io.directord.common.job.Job;
import io.directord.common.validation.ValidationError;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.link.JobLink;
import io.directord.server.link.JobListener;
import io.directord.server.link.Peer;
import io.directord.server.link.Refusals;
import io.directord.server.memory.ResultMemory;
import io.directord.server.node.Node;
import io.directord.server.node.NodeRegistry;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreException;
import io.directord.server.store.StoreWriter;
import io.directord.server.time.Attention;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Decides everything. One thread runs {@link #run} and owns all state of jobs and nodes; other
 * threads hand it messages, and what it decides goes to the store first and then to nodes,
 * followers and askers.
 */
public final class Dispatcher implements Dispatch, JobListener, Runnable {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  /** How often expiry and retention are looked after. */
  private static final Duration TICK = Duration.ofSeconds(1);

  /** What one turn may take and still count as time; see {@link Attention}. */
  private static final Duration MAX_TURN = TICK.multipliedBy(2);

  /** How soon is looked after what has a little time. */
  private static final long SOON_MILLIS = 50;

  private final Duration heartbeatInterval;
  private final Inbox<Input> inbox = new Inbox<>();
  private final Attention time;
  private final ResultMemory memory;
  private final Refusals refusals;
  private final StoreWriter<Turn> writer;
  private final Outbox outbox;
  private final Followers followers = new Followers();
  private final NodeRegistry nodes;
  private final JobBook book;
  private final Submission submission;
  private final Answers answers;
  private final Returns returns;
  private final Deferral deferral;
  private final Coordination coordination;
  private final Cancellation cancellation;
  private final Membership membership;
  private final Retention retention;
  private final Queries queries;
  private final JobStore store;
  private Turn turn = new Turn();
  private Moment nextTick;
  private volatile boolean stopping;

  /**
   * @param link where messages to nodes go
   * @param welcome what nodes are told that may join
   * @param memory where what is reserved for a message is released
   * @param refusals where it is noted who may not join
   * @param clock the wall clock
   * @param nanoTime as {@link System#nanoTime}
   */
  public Dispatcher(
      JobStore store,
      JobLink link,
      Contents contents,
      Limits limits,
      ServerMessage.Welcome welcome,
      ResultMemory memory,
      Refusals refusals,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.store = store;
    this.memory = memory;
    this.refusals = refusals;
    this.time = new Attention(clock, nanoTime, MAX_TURN);
    this.nextTick = time.now();
    this.heartbeatInterval = limits.heartbeatInterval();
    this.writer = new StoreWriter<>(store, turns -> inbox.put(new Input.Committed(turns)));
    this.outbox = new Outbox(link);
    this.nodes = new NodeRegistry(limits.expiry(), store.nodes(), time.now());
    this.book = new JobBook(store, contents, nodes, followers, time, limits.window());
    this.submission = new Submission(store, contents, nodes, book, time);
    this.answers = new Answers(store, book, outbox, followers, time);
    this.returns = new Returns(store, book, answers, outbox);
    this.cancellation = new Cancellation(store, book, nodes, outbox);
    this.membership = new Membership(nodes, book, outbox, followers, refusals, time, welcome);
    this.retention = new Retention(store, time, limits.retainJobs(), limits.retainTime());
    this.queries = new Queries(store);
    this.deferral = new Deferral(writer, memory, nodes, outbox, welcome);
    this.coordination =
        new Coordination(
            book,
            outbox,
            new QueryRounds(
                store, book, nodes, outbox, (job, by) -> enter(List.of(job), by, receipt -> {})),
            new JobWaits(store, book, outbox, queries, work -> inbox.put(new Input.Call(work))));
    book.listener(coordination);
    book.recover(turn);
  }

  /** The thread that writes to the store: to be started with this one, and to end after it. */
  public StoreWriter<?> writer() {
    return writer;
  }

  /** The whole main loop of the server. */
  @Override
  public void run() {
    try {
      while (!stopping) {
        List<Input> inputs = inbox.take(outbox.isWaiting() ? SOON_MILLIS : TICK.toMillis());
        beginTurn();
        for (Input input : inputs) {
          handle(input);
        }
        tick();
        flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      writer.stop();
      queries.close();
    }
  }

  private void beginTurn() {
    Duration absent = time.turn();
    if (absent.compareTo(heartbeatInterval) > 0) {
      LOG.log(
          Level.WARNING,
          "the server did not run for {0} s: it was stopped, suspended or overloaded;"
              + " no node is taken for silent because of it",
          absent.toSeconds());
      nodes.giveTime(time.now());
    }
  }

  private void handle(Input input) {
    if (input instanceof Input.Said said) {
      said(said);
    } else if (input instanceof Input.Committed committed) {
      for (Turn safe : committed.turns()) {
        safe.effects().forEach(this::unlessStoreFails);
        memory.release(safe.kept());
      }
    } else if (input instanceof Input.Call call) {
      call.work().run();
    } else if (input instanceof Input.Gone gone) {
      membership.gone(gone.peer());
    }
  }

  /** A store that cannot be read for a while ends nothing. */
  private void unlessStoreFails(Runnable work) {
    try {
      work.run();
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "{0}", e.getMessage());
    }
  }

  private void said(Input.Said said) {
    if (said(said.peer(), said.message())) {
      turn.keep(said.reserved());
    } else {
      memory.release(said.reserved());
    }
  }

  /** Whether the message's memory is needed until the turn is safe. */
  private boolean said(Peer peer, NodeMessage message) {
    if (message instanceof Heartbeat beat) {
      membership.heartbeat(peer, beat, turn);
      return false;
    }
    Node node = nodes.heard(peer, time.now());
    if (node == null || node.isToBeAsked()) {
      outbox.say(peer, new ServerMessage.WhoAreYou());
    }
    if (node == null) {
      return false;
    }
    if (message instanceof NodeMessage.Ended ended) {
      return ended(node, ended);
    } else if (message instanceof NodeMessage.Started started) {
      answers.started(node, started.jobId());
    } else if (message instanceof NodeMessage.Holding holding) {
      returns.holding(node, holding, turn);
    } else if (message instanceof NodeMessage.Waiting waiting) {
      answers.started(node, waiting.jobId());
      coordination.waiting(node, waiting, turn);
    } else if (message instanceof NodeMessage.Output output) {
      answers.output(node, output);
    }
    return false;
  }

  private boolean ended(Node node, NodeMessage.Ended ended) {
    try {
      if (!deferral.isDue()) {
        answers.ended(node, ended.result(), turn);
        return true;
      }
    } catch (StoreException e) {
      LOG.log(Level.ERROR, "node {0}: {1}", node.identity(), e.getMessage());
    }
    deferral.defer(node);
    return false;
  }

  private void tick() {
    Moment now = time.now();
    if (!now.isBefore(nextTick)) {
      membership.expire(turn);
      if (writer.trouble() == null) {
        unlessStoreFails(() -> retention.forgetOld(turn));
      }
      deferral.resume();
      nextTick = now.plus(TICK);
    }
  }

  private void flush() throws InterruptedException {
    book.pump(outbox);
    outbox.flush();
    if (turn.isEmpty()) {
      memory.release(turn.kept());
    } else {
      writer.write(turn.changes(), turn);
    }
    turn = new Turn();
  }

  /** Lets the thread end. */
  public void stop() {
    stopping = true;
    inbox.put(new Input.Call(() -> {}));
  }

  @Override
  public void received(Peer peer, NodeMessage message, long reserved) {
    inbox.add(new Input.Said(peer, message, reserved));
  }

  @Override
  public void endOfBatch() {
    inbox.wake();
  }

  @Override
  public void gone(Peer peer) {
    inbox.put(new Input.Gone(peer));
  }

  @Override
  public CompletableFuture<Receipt> submit(List<Job> jobs, String submittedBy) {
    return call(
        answer -> {
          requireStore();
          submit(List.copyOf(jobs), submittedBy, answer);
        });
  }

  private void submit(List<Job> jobs, String by, CompletableFuture<Receipt> answer) {
    List<LiveJob> taken = enter(jobs, by, answer::complete);
    if (!taken.isEmpty()) {
      LOG.log(
          Level.INFO,
          "{0} submitted {1} jobs of parent {2}",
          by,
          taken.size(),
          taken.get(0).job().parent().title());
    }
  }

  /** Takes jobs, which go to their nodes once that is safe. */
  private List<LiveJob> enter(List<Job> jobs, String by, Consumer<Receipt> whenSafe) {
    Submission.Taken submitted = submission.take(jobs, by, turn);
    List<LiveJob> taken = submitted.jobs();
    turn.whenSafe(
        () -> {
          for (LiveJob job : taken) {
            followers.tell(
                job.parentId(), EventFilter.Detail.NODES, () -> new Event.JobTaken(job.summary()));
            book.queue(job, turn);
          }
          whenSafe.accept(submitted.receipt());
        });
    return taken;
  }

  @Override
  public CompletableFuture<List<ValidationError>> check(List<Job> jobs) {
    return call(answer -> answer.complete(new Objections(store, nodes).to(jobs)));
  }

  @Override
  public List<RefusedNode> refused() {
    return refusals.all();
  }

  @Override
  public CompletableFuture<List<NodeView>> nodes() {
    return call(answer -> answer.complete(nodes.all().stream().map(membership::view).toList()));
  }

  @Override
  public CompletableFuture<UUID> find(String reference, boolean jobsOnly) {
    return References.whole(reference)
        .map(CompletableFuture::completedFuture)
        .orElseGet(() -> call(answer -> queries.find(reference, jobsOnly, answer)));
  }

  @Override
  public CompletableFuture<List<JobSummary>> jobs(UUID parent, int limit) {
    return call(answer -> queries.jobs(parent, limit, book, answer));
  }

  @Override
  public CompletableFuture<JobView> job(UUID id) {
    return call(answer -> queries.job(id, book, answer));
  }

  @Override
  public CompletableFuture<Analysis> analysis(UUID jobOrParent) {
    return call(answer -> queries.analysis(jobOrParent, book, answer));
  }

  @Override
  public CompletableFuture<List<UUID>> cancel(UUID jobOrParent) {
    return call(
        answer -> {
          List<UUID> cancelled = cancellation.cancel(jobOrParent, turn);
          if (writer.trouble() != null) {
            // Who stops a job that fills the disk is not kept waiting for room there.
            answer.complete(cancelled);
          }
          turn.whenSafe(() -> answer.complete(cancelled));
        });
  }

  @Override
  public CompletableFuture<Integer> purgeJobs() {
    return call(
        answer -> {
          requireStore();
          int forgotten = retention.forgetAll(turn);
          turn.whenSafe(() -> answer.complete(forgotten));
        });
  }

  @Override
  public CompletableFuture<Integer> forgetNodes(String identity) {
    return call(
        answer -> {
          requireStore();
          List<Node> forgotten =
              nodes.all().stream()
                  .filter(node -> identity == null || node.identity().equals(identity))
                  .toList();
          if (identity != null && forgotten.isEmpty()) {
            throw new RefusedException(
                RefusedException.Kind.NOT_FOUND, Reasons.unknownTarget(identity, nodes.all()));
          }
          membership.forget(forgotten, turn);
          turn.whenSafe(() -> answer.complete(forgotten.size()));
        });
  }

  @Override
  public Subscription follow(EventFilter filter, Consumer<Event> sink) {
    var follower = new Followers.Follower(filter, sink);
    inbox.put(
        new Input.Call(
            () -> {
              new Snapshot(store, book, follower).send();
              followers.add(follower);
            }));
    return () -> inbox.put(new Input.Call(() -> followers.remove(follower)));
  }

  @Override
  public List<String> warnings() {
    String trouble = writer.trouble();
    return trouble == null
        ? new Objections(store, nodes).noRoom().map(List::of).orElse(List.of())
        : List.of(trouble + ": no job is taken until it can be used");
  }

  /** Nothing is begun that cannot be kept. */
  private void requireStore() {
    if (writer.trouble() != null) {
      throw new RefusedException(
          RefusedException.Kind.FULL,
          writer.trouble() + ": no job is taken until it can be used; it is tried every second");
    }
  }

  /** Has something done on this object's thread; what it throws fails the future. */
  private <T> CompletableFuture<T> call(Consumer<CompletableFuture<T>> work) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    inbox.put(
        new Input.Call(
            () -> {
              try {
                work.accept(answer);
              } catch (RefusedException | StoreException e) {
                answer.completeExceptionally(e);
              }
            }));
    return answer;
  }
}

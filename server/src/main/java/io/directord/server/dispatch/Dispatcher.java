package io.directord.server.dispatch;

import io.directord.common.config.HookSettings;
import io.directord.common.loop.Loop;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.ServerMessage;
import io.directord.server.access.Owners;
import io.directord.server.access.Tokens;
import io.directord.server.link.MessageSender;
import io.directord.server.link.NodeAddress;
import io.directord.server.link.Refusals;
import io.directord.server.link.TransportListener;
import io.directord.server.memory.ResultMemory;
import io.directord.server.metrics.Meters;
import io.directord.server.store.JobStore;
import io.directord.server.store.StoreWriter;
import io.directord.server.time.Attention;
import io.directord.server.time.Clocks;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The loop around the {@link Core}: passes it the inputs of other threads, its changes to the
 * store, and performs its effects. One thread runs {@link #run}, and waits only for its inbox and
 * for a store that is far behind.
 */
public final class Dispatcher implements TransportListener, Loop {
  private static final System.Logger LOG = System.getLogger(Dispatcher.class.getName());

  /** Interval of expiry and retention. */
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Maximum time of a turn that counts as time at work; see {@link Attention}. */
  private static final Duration MAX_TURN = TICK.multipliedBy(2);

  /** Poll interval while something has to be sent soon. */
  private static final long SOON_MILLIS = 50;

  /** Metrics do not wait longer for what only the store knows. */
  private static final Duration STORE_READ = Duration.ofSeconds(3);

  private final Duration heartbeatInterval;
  private final Inbox<Input> inbox = new Inbox<>();
  private final Attention time;
  private final ResultMemory memory;
  private final DiskRoom room;
  private final StoreWriter<Turn> writer;
  private final Reader reader;
  private final Outbox outbox;
  private final Performer performer;
  private final Core core;
  private final Requests requests;
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
   * @param owners of schedules, as whom their runs are submitted
   * @param hooks tells others what has happened
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
      Owners owners,
      HookOutlet hooks,
      BooleanSupplier leads) {
    this.leads = leads;
    this.room = new DiskRoom(store);
    this.memory = memory;
    this.time = new Attention(clocks.wall(), clocks.nanoTime(), MAX_TURN);
    this.nextTick = time.now();
    this.heartbeatInterval = limits.heartbeatInterval();
    this.writer =
        new StoreWriter<>(
            store,
            clocks,
            turns -> inbox.put(new Input.Committed(turns)),
            () -> inbox.put(new Input.StoreLost()));
    Tokens tokens = new Tokens(store.tokens());
    Orders orders = new Orders(room, contents, verbs, owners, tokens);
    this.reader = new Reader(store, inbox::put, orders::run);
    this.outbox = new Outbox(link, clocks.pacing());
    Meters meters = new Meters();
    this.performer =
        new Performer(outbox, contents, refusals, reader, meters, tokens, hooks, inbox::put);
    this.recovered = new Turn(time.now());
    this.core = Recovery.of(store, contents, limits, welcome, memory.answers(), recovered);
    Measuring measuring =
        new Measuring(
            inbox,
            reader,
            () -> writer.trouble() == null,
            contents,
            refusals,
            performer::followers,
            STORE_READ);
    this.requests =
        new Requests(
            inbox,
            reader,
            writer,
            orders,
            room,
            contents,
            tokens,
            refusals,
            meters,
            measuring,
            hooks,
            welcome.joinKeys());
  }

  /**
   * The body of the thread that writes to the store, which is started with this one and ends after
   * it.
   */
  public StoreWriter<?> writer() {
    return writer;
  }

  /** Has what ends told to that one; before this is started. */
  public void traces(TraceOutlet outlet) {
    performer.traces(outlet);
  }

  /** Tells those hooks from now on; the outlet must know them already. */
  public void replaceHooks(HookSettings hooks) {
    inbox.put(new Input.ReplaceHooks(hooks));
  }

  /** The interface of the dispatcher for callers. */
  public Dispatch requests() {
    return requests;
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
}

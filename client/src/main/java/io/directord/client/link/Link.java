package io.directord.client.link;

import io.directord.client.execution.ContentLink;
import io.directord.client.journal.Journal;
import io.directord.client.lane.LaneMessages;
import io.directord.client.lane.Lanes;
import io.directord.common.loop.Loop;
import io.directord.common.loop.LoopThread;
import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.ServerMessage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What this node and the server say to each other, for as long as the client runs. One thread owns
 * the connection and does everything that has to do with it; others leave messages in the {@link
 * NodeOutbox}.
 */
public final class Link implements AutoCloseable {
  /** Maximum messages handled in a row. */
  private static final int BATCH = 1024;

  /** Timeout for sending results when the client stops. */
  private static final Duration FAREWELL = Duration.ofMillis(500);

  private final Config config;
  private final Journal journal;
  private final Connection connection;
  private final Notices notices;
  private final NodeOutbox outbox;
  private final Heartbeats heartbeats;
  private final ContentFetcher content;
  private LoopThread thread;
  private boolean connected;

  /**
   * @param driver reaches the server; closed by who made it, after the link
   * @param heartbeat supplies the current heartbeat
   * @param heartbeatInterval initial interval, until the server sets it
   * @param nanoTime as {@link System#nanoTime}
   * @param listener called by the link's thread
   * @param onDeath told if the link's thread dies
   */
  public record Config(
      Driver driver,
      Supplier<Heartbeat> heartbeat,
      Duration heartbeatInterval,
      InstantSource clock,
      LongSupplier nanoTime,
      Listener listener,
      BiConsumer<String, Throwable> onDeath) {}

  /** Listens to what becomes of the connection. */
  public interface Listener {
    /** The server has welcomed the node (true), or the connection is lost (false). */
    void connected(boolean now);

    /** The server has welcomed the node, and told these keys, see {@link ServerMessage.Welcome}. */
    void welcomed(List<String> joinKeys);
  }

  public Link(Config config, Journal journal) {
    this.config = config;
    this.journal = journal;
    this.notices = new Notices(config.nanoTime());
    this.connection = config.driver().connect(notices::warn);
    Lease lease =
        new Lease(
            config.heartbeatInterval().multipliedBy(Heartbeat.EXPIRY_INTERVALS),
            config.clock(),
            config.nanoTime(),
            connection::wake);
    this.outbox =
        new NodeOutbox(journal, lease, connection::wake, config.clock(), config.nanoTime());
    this.heartbeats =
        new Heartbeats(config.heartbeat(), config.heartbeatInterval(), lease, config.nanoTime());
    this.content = new ContentFetcher(config.driver(), config.nanoTime());
  }

  /** The receiver of messages of the lanes. */
  public LaneMessages answers() {
    return outbox;
  }

  /** The source of delivered content. */
  public ContentLink content() {
    return content;
  }

  /** Connects, and stays connected until {@link #close}. */
  public void start(Lanes lanes) {
    outbox.resend(journal.unconfirmed());
    ServerInbox inbox =
        new ServerInbox(
            journal,
            lanes,
            outbox,
            heartbeats,
            notices,
            content,
            config.listener(),
            config.clock());
    thread = LoopThread.start("link", new Turns(inbox), config.onDeath());
  }

  /** How many turns it has done; asking makes it do one. */
  public long turns() {
    connection.wake();
    return thread.turns();
  }

  /** Each waits until there is something to be said or heard, or due. */
  private final class Turns implements Loop {
    private final ServerInbox inbox;
    private volatile boolean stopping;

    Turns(ServerInbox inbox) {
      this.inbox = inbox;
    }

    @Override
    public boolean turn() {
      connection.await(nanosUntilDue());
      Link.this.turn(inbox);
      if (stopping) {
        farewell(inbox);
      }
      return !stopping;
    }

    @Override
    public void stop() {
      stopping = true;
      connection.wake();
    }

    @Override
    public void end() {
      connection.close();
      connected(false);
    }
  }

  private void turn(ServerInbox inbox) {
    for (int i = 0; i < BATCH; i++) {
      List<byte[]> message = connection.receive();
      if (connection.cameUp()) {
        heartbeats.introduce();
      }
      if (message == null) {
        break;
      }
      inbox.accept(message);
    }
    inbox.takeGroup();
    if (connection.isUp()) {
      heartbeats.send(connection::send);
    }
    if (isHeard()) {
      outbox.send(connection::send);
    }
    connected(connection.isUp() && heartbeats.isWelcome());
  }

  private void connected(boolean now) {
    if (connected != now) {
      connected = now;
      config.listener().connected(now);
    }
  }

  /** Whether the server has welcomed this connection. */
  private boolean isHeard() {
    return connection.isUp() && heartbeats.isWelcome();
  }

  /** While disconnected, only the connection's own timeouts are due. */
  private long nanosUntilDue() {
    long now = config.nanoTime().getAsLong();
    long due = connection.isUp() ? heartbeats.nanosUntilDue(now) : Long.MAX_VALUE;
    return isHeard() ? Math.min(due, outbox.nanosUntilDue(now)) : due;
  }

  /** Sends the last results; the others are in the journal. */
  private void farewell(ServerInbox inbox) {
    long end = config.nanoTime().getAsLong() + FAREWELL.toNanos();
    while (outbox.hasResults() && connection.isUp() && config.nanoTime().getAsLong() < end) {
      turn(inbox);
      connection.await(FAREWELL.toNanos() / 10);
    }
  }

  /** Ends the connection; the lanes have been closed before. */
  @Override
  public void close() {
    if (thread == null) {
      connection.close();
    } else {
      thread.close();
    }
    content.close();
  }
}

package io.directord.client.link;

import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.NodeCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The schedule of heartbeats: at once on every connection and on request of the server, until the
 * server welcomes the node; then at the server's interval, with an offset of each node. Belongs to
 * the link's thread.
 */
final class Heartbeats {
  /** Retry interval of the first heartbeat; doubled each time. */
  private static final Duration FIRST_AGAIN = Duration.ofSeconds(3);

  private final Supplier<Heartbeat> heartbeat;
  private final Lease lease;
  private final LongSupplier nanoTime;
  private final RandomGenerator random = RandomGenerator.getDefault();
  private final Backoff unanswered;
  private Duration interval;
  private boolean welcome;
  private long dueAt;
  private Said last;

  /**
   * A sent heartbeat, identified by its client uptime.
   *
   * @param refusing whether it said that this node refuses jobs
   */
  private record Said(long uptimeMillis, Lease.Mark at, boolean refusing) {}

  Heartbeats(Supplier<Heartbeat> heartbeat, Duration interval, Lease lease, LongSupplier nanoTime) {
    this.heartbeat = heartbeat;
    this.lease = lease;
    this.interval = interval;
    this.nanoTime = nanoTime;
    this.unanswered = new Backoff(FIRST_AGAIN, interval, random);
    this.dueAt = nanoTime.getAsLong();
  }

  /** The server does not know this connection. */
  void introduce() {
    welcome = false;
    dueAt = nanoTime.getAsLong();
    unanswered.reset();
  }

  /** The server does not know this connection, and possibly not this node's jobs. */
  void unknown() {
    lease.lapse();
    introduce();
  }

  void welcome(Duration serverInterval) {
    interval = serverInterval;
    lease.term(serverInterval.multipliedBy(Heartbeat.EXPIRY_INTERVALS));
    if (!welcome) {
      welcome = true;
      dueAt = nanoTime.getAsLong() + random.nextLong(Math.max(1, interval.toNanos()));
    }
  }

  /** Refused: retried at the usual interval, since the cause may be fixed. */
  void refused() {
    welcome = false;
    dueAt = nanoTime.getAsLong() + interval.toNanos();
  }

  /** This node has refused jobs: the server is told why at once, unless it knows. */
  void refusing() {
    if (welcome && (last == null || !last.refusing)) {
      dueAt = nanoTime.getAsLong();
    }
  }

  /** Whether the server knows this connection. */
  boolean isWelcome() {
    return welcome;
  }

  void send(Predicate<List<byte[]>> sender) {
    long now = nanoTime.getAsLong();
    if (now < dueAt) {
      return;
    }
    Lease.Mark at = lease.now();
    Heartbeat beat = heartbeat.get();
    if (sender.test(NodeCodec.encode(beat).toBytes())) {
      boolean refusing = beat.trouble() != null && beat.trouble().refusesJobs();
      last = new Said(beat.agentUptime().toMillis(), at, refusing);
    }
    dueAt = now + (welcome ? interval.toNanos() : unanswered.nextNanos());
  }

  /** The server has confirmed one; earlier ones are dropped. */
  void heard(Duration agentUptime) {
    if (last != null && last.uptimeMillis == agentUptime.toMillis()) {
      lease.heard(last.at);
    }
  }

  long nanosUntilDue(long now) {
    return Math.max(0, dueAt - now);
  }
}

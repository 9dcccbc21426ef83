package io.directord.client.link;

import io.directord.common.wire.Heartbeat;
import io.directord.common.wire.WireCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * When the node says who it is: at once on every connection and whenever the server asks, until the
 * server welcomes it; then at the server's interval, beginning at a moment of the node's own.
 * Belongs to the link's thread.
 */
final class Heartbeats {
  /** If the server does not answer the first one; doubled each time. */
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

  /** A heartbeat that was sent, known by the age of the client that it told. */
  private record Said(long uptimeMillis, Lease.Mark at) {}

  Heartbeats(Supplier<Heartbeat> heartbeat, Duration interval, Lease lease, LongSupplier nanoTime) {
    this.heartbeat = heartbeat;
    this.lease = lease;
    this.interval = interval;
    this.nanoTime = nanoTime;
    this.unanswered = new Backoff(FIRST_AGAIN, interval, random);
    this.dueAt = nanoTime.getAsLong();
  }

  /** The server does not know this connection, or not any more. */
  void introduce() {
    welcome = false;
    dueAt = nanoTime.getAsLong();
    unanswered.reset();
  }

  /** The server knows neither this connection nor, perhaps, what this node holds. */
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

  /** Refused: asked again at the usual interval, since somebody may have mended it. */
  void refused() {
    welcome = false;
    dueAt = nanoTime.getAsLong() + interval.toNanos();
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
    if (sender.test(WireCodec.encode(beat).toBytes())) {
      last = new Said(beat.agentUptime().toMillis(), at);
    }
    dueAt = now + (welcome ? interval.toNanos() : unanswered.nextNanos());
  }

  /** The server has heard one; those before the last are of no interest any more. */
  void heard(Duration agentUptime) {
    if (last != null && last.uptimeMillis == agentUptime.toMillis()) {
      lease.heard(last.at);
    }
  }

  long nanosUntilDue(long now) {
    return Math.max(0, dueAt - now);
  }
}

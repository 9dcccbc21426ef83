package io.directord.client.link;

import io.directord.client.journal.Journal;
import io.directord.common.wire.NodeCodec;
import io.directord.common.wire.NodeMessage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Sends the list of this node's jobs on every connection, and whenever the {@link Lease} requires
 * it, until the server has replied: it may have given up some of them. Belongs to the link's
 * thread.
 */
final class Holdings {
  static final long AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  /** As any reader of JSON keeps it. */
  private static final long MAX_FIRST = 1L << 52;

  private final Journal journal;
  private final Lease lease;
  private final LongSupplier nanoTime;
  private boolean answered = true;
  private long dueAt;

  /**
   * Of the last question. Begins anywhere, so that a late reply to a process of this node before
   * this one is none to this one, whose journal may be an older copy.
   */
  private long number = ThreadLocalRandom.current().nextLong(1, MAX_FIRST);

  private Lease.Question question;

  Holdings(Journal journal, Lease lease, LongSupplier nanoTime) {
    this.journal = journal;
    this.lease = lease;
    this.nanoTime = nanoTime;
    this.dueAt = nanoTime.getAsLong();
  }

  /** The server has welcomed this connection. */
  void connected() {
    answered = false;
    dueAt = nanoTime.getAsLong();
  }

  /**
   * The server has replied, and the jobs that it gave up are dropped.
   *
   * @param ofNumber number of the question; 0 from an older server
   */
  void answered(long ofNumber) {
    if (question == null || ofNumber != 0 && ofNumber != number) {
      return;
    }
    answered = lease.answered(question);
    question = null;
    if (!answered) {
      dueAt = nanoTime.getAsLong();
    }
  }

  long nanosUntilDue(long now) {
    return answered && lease.isSettled() ? Long.MAX_VALUE : Math.max(0, dueAt - now);
  }

  /** Sends the list if it is due; returns whether it was sent. */
  boolean send(Predicate<List<byte[]>> sender) {
    long now = nanoTime.getAsLong();
    if (nanosUntilDue(now) > 0) {
      return true;
    }
    Lease.Question asked = lease.ask();
    NodeMessage.Holding holding = journal.holding(number + 1);
    answered = lease.isSettled() && holding.begun().isEmpty() && holding.queued().isEmpty();
    if (answered) {
      return true;
    }
    if (!sender.test(NodeCodec.encode(holding).toBytes())) {
      return false;
    }
    number++;
    question = asked;
    dueAt = now + AGAIN_NANOS;
    return true;
  }
}

package io.directord.client.link;

import io.directord.client.journal.Journal;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.WireCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Says on every connection which jobs this node has, and whenever the {@link Lease} asks for it,
 * until the server has answered: it may have given up some of them. Belongs to the link's thread.
 */
final class Holdings {
  static final long AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final Journal journal;
  private final Lease lease;
  private final LongSupplier nanoTime;
  private boolean answered = true;
  private long dueAt;
  private long number;
  private Lease.Question question;

  Holdings(Journal journal, Lease lease, LongSupplier nanoTime) {
    this.journal = journal;
    this.lease = lease;
    this.nanoTime = nanoTime;
    this.dueAt = nanoTime.getAsLong();
  }

  /** The server knows this connection now. */
  void connected() {
    answered = false;
    dueAt = nanoTime.getAsLong();
  }

  /**
   * The server has answered, and what it has given up is dropped.
   *
   * @param ofNumber 0 if an older server answers, which does not say what
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

  /** Whether what is due has been handed to the network. */
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
    if (!sender.test(WireCodec.encode(holding).toBytes())) {
      return false;
    }
    number++;
    question = asked;
    dueAt = now + AGAIN_NANOS;
    return true;
  }
}

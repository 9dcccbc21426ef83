package io.directord.client.link;

import io.directord.client.journal.Journal;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.WireCodec;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Says on every connection which jobs this node has, until the server has heard it: it may have
 * given up some of them. Belongs to the link's thread.
 */
final class Holdings {
  static final long AGAIN_NANOS = Duration.ofSeconds(5).toNanos();

  private final Journal journal;
  private final LongSupplier nanoTime;
  private boolean heard = true;
  private long dueAt;

  Holdings(Journal journal, LongSupplier nanoTime) {
    this.journal = journal;
    this.nanoTime = nanoTime;
  }

  /** The server knows this connection now. */
  void connected() {
    heard = false;
    dueAt = nanoTime.getAsLong();
  }

  void heard() {
    heard = true;
  }

  long nanosUntilDue(long now) {
    return heard ? Long.MAX_VALUE : Math.max(0, dueAt - now);
  }

  /** Whether what is due has been handed to the network. */
  boolean send(Predicate<List<byte[]>> sender) {
    long now = nanoTime.getAsLong();
    if (nanosUntilDue(now) > 0) {
      return true;
    }
    NodeMessage.Holding holding = journal.holding();
    heard = holding.begun().isEmpty() && holding.queued().isEmpty();
    if (!heard && !sender.test(WireCodec.encode(holding).toBytes())) {
      return false;
    }
    dueAt = now + AGAIN_NANOS;
    return true;
  }
}

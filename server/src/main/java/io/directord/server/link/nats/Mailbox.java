package io.directord.server.link.nats;

import io.directord.nats.Broker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What has come from the broker and waits for its thread. What there is no room for is dropped, as
 * the broker may do with anything. Thread-safe.
 */
final class Mailbox implements Broker.Receiver {
  /** What a message takes besides its bytes. */
  private static final int MESSAGE_BYTES = 200;

  private final long maxBytes;
  private final Semaphore woken = new Semaphore(0);
  private List<Mail> waiting = new ArrayList<>();
  private long bytes;
  private long dropped;

  /**
   * @param replyTo null if there is none
   */
  record Mail(byte[] message, String replyTo) {}

  Mailbox(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  @Override
  public void received(byte[] message, String replyTo) {
    synchronized (this) {
      if (bytes + message.length + MESSAGE_BYTES > maxBytes) {
        dropped++;
        return;
      }
      bytes += message.length + MESSAGE_BYTES;
      waiting.add(new Mail(message, replyTo));
    }
    wake();
  }

  /** Ends the waiting, or the next one. */
  void wake() {
    woken.release();
  }

  /** Waits for mail or {@link #wake}, until the time has passed. */
  void await(Duration time) throws InterruptedException {
    if (woken.tryAcquire(time.toNanos(), TimeUnit.NANOSECONDS)) {
      woken.drainPermits();
    }
  }

  /** All that has come, in order. */
  synchronized List<Mail> take() {
    List<Mail> taken = waiting;
    waiting = new ArrayList<>();
    bytes = 0;
    return taken;
  }

  /** How many messages were dropped since this was last asked. */
  synchronized long takeDropped() {
    long count = dropped;
    dropped = 0;
    return count;
  }
}

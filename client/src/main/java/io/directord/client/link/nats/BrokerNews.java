package io.directord.client.link.nats;

import io.directord.nats.Broker;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** What the broker's threads leave for the link's thread, which they wake. Thread-safe. */
final class BrokerNews implements Broker.Events, Broker.Receiver {
  /** Records that wait, more than a server may have under way. */
  private static final int MAX_RECORDS = 1000;

  private static final int MAX_TROUBLES = 10;

  private final Semaphore woken = new Semaphore(0);
  private final Queue<String> troubles = new ConcurrentLinkedQueue<>();
  private Deque<byte[]> records = new ArrayDeque<>();
  private boolean cameUp;
  private boolean nobodyThere;
  private boolean serverBegan;

  @Override
  public void up() {
    synchronized (this) {
      cameUp = true;
    }
    wake();
  }

  @Override
  public void trouble(String why) {
    if (troubles.size() < MAX_TROUBLES) {
      troubles.add(why);
    }
    wake();
  }

  @Override
  public void flushed() {}

  /** What there is no room for is dropped, as the broker may do with anything. */
  @Override
  public void received(byte[] message, String replyTo) {
    synchronized (this) {
      if (records.size() < MAX_RECORDS) {
        records.add(message);
      }
    }
    wake();
  }

  @Override
  public void nobodyThere() {
    synchronized (this) {
      nobodyThere = true;
    }
    wake();
  }

  /** Somebody says, who may not be one, that a server has begun. */
  void serverBegan() {
    synchronized (this) {
      serverBegan = true;
    }
    wake();
  }

  /** Ends the waiting, or the next one; also when called by a thread that is interrupted. */
  void wake() {
    woken.release();
  }

  void await(long nanos) {
    try {
      if (woken.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        woken.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * What keeps the broker from being reached, in words for people; null if there is nothing new.
   */
  String takeTrouble() {
    return troubles.poll();
  }

  synchronized boolean takeCameUp() {
    boolean value = cameUp;
    cameUp = false;
    return value;
  }

  synchronized boolean takeNobodyThere() {
    boolean value = nobodyThere;
    nobodyThere = false;
    return value;
  }

  synchronized boolean takeServerBegan() {
    boolean value = serverBegan;
    serverBegan = false;
    return value;
  }

  synchronized Deque<byte[]> takeRecords() {
    Deque<byte[]> taken = records;
    records = new ArrayDeque<>();
    return taken;
  }
}

package io.directord.server.hook;

import io.directord.common.api.HookView;
import io.directord.common.config.HookSettings;
import io.directord.common.loop.Loop;
import io.directord.server.store.StoredHookEvent;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Delivers the events of one hook, one after the other. One that fails is tried again, later with
 * every time; meanwhile those of other runs go on, and those of its own run wait for it.
 */
final class HookLoop implements Loop {
  private static final System.Logger LOG = System.getLogger(HookLoop.class.getName());

  /** Before the second attempt; doubled with every further one. */
  private static final long FIRST_WAIT = TimeUnit.SECONDS.toNanos(1);

  private static final long MAX_WAIT = TimeUnit.MINUTES.toNanos(5);
  private static final int MAX_DOUBLED = 9;

  /** An event that is older is given up. */
  static final Duration MAX_AGE = Duration.ofDays(1);

  private static final long LOGGED_AGAIN = TimeUnit.MINUTES.toNanos(1);

  private HookSettings.Hook hook;
  private Carrier carrier;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private final Map<String, Pause> pauses = new HashMap<>();

  /** Of the hook as a whole; null if the last attempt was good. */
  private Pause pause;

  private long delivered;
  private long dropped;
  private String error;
  private Instant errorAt;
  private long loggedAt;
  private boolean isLogged;
  private boolean stopped;
  private Thread thread;

  private record Waiting(StoredHookEvent event, Consumer<StoredHookEvent> done) {
    /** Events with the same one are in order. */
    String order() {
      return event.run() == null ? event.type() : event.run().toString();
    }
  }

  /**
   * After failures.
   *
   * @param until as {@link System#nanoTime}
   */
  private record Pause(int failures, long until) {
    static Pause after(Pause before, long first, long now) {
      int failures = before == null ? 1 : before.failures + 1;
      long wait = Math.min(MAX_WAIT, first << Math.min(MAX_DOUBLED, failures - 1));
      return new Pause(failures, now + wait);
    }
  }

  HookLoop(HookSettings.Hook hook, Carrier carrier, InstantSource clock, LongSupplier nanoTime) {
    this.hook = hook;
    this.carrier = carrier;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** The configuration has changed. */
  synchronized void replace(HookSettings.Hook other, Carrier by) {
    hook = other;
    carrier = by;
    // What failed before may not fail any more.
    pause = null;
    pauses.clear();
    notifyAll();
  }

  synchronized void add(StoredHookEvent event, Consumer<StoredHookEvent> done) {
    waiting.put(event.key(), new Waiting(event, done));
    notifyAll();
  }

  synchronized void dropped(int events) {
    dropped += events;
    if (!isLogged || nanoTime.getAsLong() - loggedAt > LOGGED_AGAIN) {
      isLogged = true;
      loggedAt = nanoTime.getAsLong();
      LOG.log(
          Level.WARNING,
          "hook {0}: {1} events were left out so far, since too many wait",
          hook.name(),
          dropped);
    }
  }

  synchronized HookView view() {
    return new HookView(
        hook.name(),
        hook.place(),
        hook.on().stream().sorted().toList(),
        new HookView.Deliveries(waiting.size(), delivered, dropped, error, errorAt));
  }

  @Override
  public boolean turn() throws InterruptedException {
    try {
      Waiting next;
      Carrier by;
      synchronized (this) {
        thread = Thread.currentThread();
        next = stopped ? null : next();
        if (next == null) {
          return !stopped;
        }
        by = carrier;
      }
      attempt(next, by);
      return true;
    } catch (InterruptedException e) {
      synchronized (this) {
        if (stopped) {
          return false;
        }
      }
      throw e;
    }
  }

  /** The next one that may be tried; null after a wait, if there is none yet. */
  private Waiting next() throws InterruptedException {
    long now = nanoTime.getAsLong();
    long soonest = pause == null ? now : pause.until;
    if (!waiting.isEmpty() && soonest <= now) {
      soonest = Long.MAX_VALUE;
      Set<String> behind = new HashSet<>();
      for (Waiting one : waiting.values()) {
        Pause own = pauses.get(one.order());
        if (behind.contains(one.order())) {
          continue;
        }
        if (own == null || own.until <= now) {
          return one;
        }
        behind.add(one.order());
        soonest = Math.min(soonest, own.until);
      }
    }
    if (waiting.isEmpty()) {
      wait();
    } else {
      TimeUnit.NANOSECONDS.timedWait(
          this, Math.max(TimeUnit.MILLISECONDS.toNanos(1), soonest - now));
    }
    return null;
  }

  private void attempt(Waiting one, Carrier by) throws InterruptedException {
    Instant now = clock.instant();
    try {
      by.carry(one.event, now);
      succeeded(one);
    } catch (IOException | RuntimeException e) {
      failed(one, String.valueOf(e.getMessage()), now);
    }
  }

  private void succeeded(Waiting one) {
    synchronized (this) {
      if (error != null) {
        LOG.log(Level.INFO, "hook {0}: {1} takes events again", hook.name(), hook.place());
      }
      pause = null;
      error = null;
      errorAt = null;
      delivered++;
      pauses.remove(one.order());
      remove(one);
    }
    one.done.accept(one.event);
  }

  private void failed(Waiting one, String why, Instant now) {
    boolean isOver = one.event.at().plus(MAX_AGE).isBefore(now);
    synchronized (this) {
      if (error == null) {
        LOG.log(
            Level.WARNING,
            "hook {0}: {1} did not take an event, which is tried again: {2}",
            hook.name(),
            hook.place(),
            why);
      }
      error = why;
      errorAt = now;
      long nanos = nanoTime.getAsLong();
      pause = Pause.after(pause, FIRST_WAIT, nanos);
      // Longer, so that another run is tried before: it may be the event that is not taken.
      pauses.put(one.order(), Pause.after(pauses.get(one.order()), 2 * FIRST_WAIT, nanos));
      if (isOver) {
        dropped++;
        pauses.remove(one.order());
        remove(one);
        LOG.log(
            Level.WARNING,
            "hook {0}: {1} of {2} is given up, as it was not taken for {3} h: {4}",
            hook.name(),
            one.event.type(),
            one.event.at(),
            MAX_AGE.toHours(),
            why);
      }
    }
    if (isOver) {
      one.done.accept(one.event);
    }
  }

  private void remove(Waiting one) {
    waiting.remove(one.event.key());
  }

  @Override
  public synchronized void stop() {
    stopped = true;
    notifyAll();
    if (thread != null && thread != Thread.currentThread()) {
      thread.interrupt();
    }
  }
}

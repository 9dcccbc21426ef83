package io.directord.server.hook;

import io.directord.common.api.IncomingHookView;
import io.directord.common.config.IncomingHook;
import io.directord.common.orchestration.HookPlan;
import io.directord.common.orchestration.Planner;
import io.directord.verbs.Components;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** One hook that others may start. Thread-safe. */
public final class StartableHook {
  /** Requests that wait for the decision on earlier ones. */
  private static final int MAX_WAITING = 20;

  private static final double SECONDS_OF_A_MINUTE = 60;
  private static final double NANOS = 1e9;

  private final IncomingHook settings;
  private final HookPlan plan;
  private final IncomingSecret secret;
  private final Components components;
  private Traffic traffic = new Traffic();

  /** What outlives a change of the configuration. */
  private static final class Traffic {
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    private int waiting;
    private double left = -1;
    private long at;
    private long started;
    private long repeated;
    private long refused;
    private String error;
    private Instant errorAt;
  }

  StartableHook(
      IncomingHook settings, HookPlan plan, IncomingSecret secret, Components components) {
    this.settings = settings;
    this.plan = plan;
    this.secret = secret;
    this.components = components;
  }

  public IncomingHook settings() {
    return settings;
  }

  /** Its orchestration, and what that delivers. */
  public HookPlan plan() {
    return plan;
  }

  void follow(StartableHook before) {
    if (before != null) {
      traffic = before.traffic;
    }
  }

  /**
   * The delivery that a request proves to be, by its signature; null if it proves nothing.
   *
   * @param header finds the only value of a header, or null
   */
  public String delivery(Function<String, String> header, byte[] body, Instant now) {
    IncomingSecret.Proof proof = secret == null ? null : secret.proof(header, body, now);
    return proof == null ? null : proof.delivery();
  }

  /** The jobs of a run, of verbs as they are installed now. */
  public Planner.Attempt plan(Map<String, String> values) {
    return plan.plan(values, components.afresh());
  }

  /**
   * Does something once what was asked before is decided, so that nothing is counted twice.
   *
   * @return null if too much waits
   */
  public <T> CompletableFuture<T> inTurn(Supplier<CompletableFuture<T>> todo) {
    synchronized (traffic) {
      if (traffic.waiting == MAX_WAITING) {
        return null;
      }
      traffic.waiting++;
      CompletableFuture<T> done =
          traffic.last.handle((before, failure) -> null).thenCompose(nothing -> todo.get());
      traffic.last = done.handle((result, failure) -> over());
      return done;
    }
  }

  private Object over() {
    synchronized (traffic) {
      traffic.waiting--;
      return null;
    }
  }

  /**
   * Whether one more run may begin now; if so, it is counted.
   *
   * @param now as {@link System#nanoTime}
   * @return 0, or after how many seconds one may
   */
  public int waitSeconds(long now) {
    synchronized (traffic) {
      int perMinute = settings.perMinute();
      traffic.left =
          traffic.left < 0
              ? perMinute
              : Math.min(
                  perMinute,
                  traffic.left + (now - traffic.at) / NANOS / SECONDS_OF_A_MINUTE * perMinute);
      traffic.at = now;
      if (traffic.left >= 1) {
        traffic.left--;
        return 0;
      }
      return (int) Math.ceil((1 - traffic.left) * SECONDS_OF_A_MINUTE / perMinute);
    }
  }

  /** Takes back the last run that was counted: it has not begun. */
  public void notStarted() {
    synchronized (traffic) {
      traffic.left = Math.min(settings.perMinute(), traffic.left + 1);
    }
  }

  public void started() {
    synchronized (traffic) {
      traffic.started++;
      traffic.error = null;
      traffic.errorAt = null;
    }
  }

  public void repeated() {
    synchronized (traffic) {
      traffic.repeated++;
    }
  }

  public void refused(String why, Instant at) {
    synchronized (traffic) {
      traffic.refused++;
      traffic.error = why;
      traffic.errorAt = at;
    }
  }

  IncomingHookView view() {
    synchronized (traffic) {
      return new IncomingHookView(
          settings.name(),
          settings.file().toString(),
          settings.signing().name().toLowerCase(Locale.ROOT),
          settings.names(),
          settings.maxOpen(),
          settings.perMinute(),
          new IncomingHookView.Requests(
              traffic.started, traffic.repeated, traffic.refused, traffic.error, traffic.errorAt));
    }
  }
}

package io.directord.server.dispatch;

import io.directord.server.access.Caller;
import io.directord.server.link.Refusals;
import io.directord.server.metrics.Figures;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/** How the server stands, for metrics. Thread-safe. */
final class Measuring {
  /** A size that the store does not know. */
  private static final long UNKNOWN_ROOM = Long.MAX_VALUE;

  private final Inbox<Input> inbox;
  private final Reader reader;
  private final BooleanSupplier storeWorks;
  private final Contents contents;
  private final Refusals refusals;
  private final IntSupplier followers;
  private final Duration timeout;

  /**
   * @param storeWorks whether changes can be committed
   * @param followers how many there are
   * @param timeout after which what only the store knows is left out
   */
  Measuring(
      Inbox<Input> inbox,
      Reader reader,
      BooleanSupplier storeWorks,
      Contents contents,
      Refusals refusals,
      IntSupplier followers,
      Duration timeout) {
    this.inbox = inbox;
    this.reader = reader;
    this.storeWorks = storeWorks;
    this.contents = contents;
    this.refusals = refusals;
    this.followers = followers;
    this.timeout = timeout;
  }

  CompletableFuture<Figures> figures(Caller caller) {
    CompletableFuture<Figures.Kept> kept = new CompletableFuture<>();
    reader.ask(
        store ->
            new Figures.Kept(
                store.sizeBytes(), known(store.usableBytes()), storeWorks.getAsBoolean()),
        kept);
    CompletableFuture<Figures.Decided> decision = new CompletableFuture<>();
    inbox.put(new Input.Asked(caller, new Input.Measure(decision)));
    return decision.thenCombine(
        kept.exceptionally(failure -> null)
            .completeOnTimeout(null, timeout.toMillis(), TimeUnit.MILLISECONDS),
        (decided, store) ->
            new Figures(
                decided.nodes(),
                decided.work(),
                store == null ? unread() : store,
                contents.transfers(),
                followers.getAsInt(),
                refusals.count()));
  }

  /** A store that cannot be read now is not taken for a dispatcher that does not answer. */
  private Figures.Kept unread() {
    return new Figures.Kept(OptionalLong.empty(), OptionalLong.empty(), storeWorks.getAsBoolean());
  }

  private static OptionalLong known(long bytes) {
    return bytes == UNKNOWN_ROOM ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}

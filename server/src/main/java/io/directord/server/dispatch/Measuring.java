package io.directord.server.dispatch;

import io.directord.server.access.Caller;
import io.directord.server.link.Refusals;
import io.directord.server.metrics.Figures;
import io.directord.server.store.StoreWriter;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** How the server stands, for metrics. Thread-safe. */
final class Measuring {
  /** What only the store knows is left out if it takes longer. */
  private static final long STORE_READ_SECONDS = 3;

  /** Of a store of which that is not known. */
  private static final long UNKNOWN_ROOM = Long.MAX_VALUE;

  private final Inbox<Input> inbox;
  private final Reader reader;
  private final StoreWriter<Turn> writer;
  private final Contents contents;
  private final Refusals refusals;
  private final Performer performer;

  Measuring(
      Inbox<Input> inbox,
      Reader reader,
      StoreWriter<Turn> writer,
      Contents contents,
      Refusals refusals,
      Performer performer) {
    this.inbox = inbox;
    this.reader = reader;
    this.writer = writer;
    this.contents = contents;
    this.refusals = refusals;
    this.performer = performer;
  }

  CompletableFuture<Figures> figures(Caller caller) {
    CompletableFuture<Figures.Kept> kept = new CompletableFuture<>();
    reader.ask(
        store ->
            new Figures.Kept(
                store.sizeBytes(), known(store.usableBytes()), writer.trouble() == null),
        kept);
    CompletableFuture<Figures.Decided> decision = new CompletableFuture<>();
    inbox.put(new Input.Asked(caller, new Input.Measure(decision)));
    return decision.thenCombine(
        kept.exceptionally(failure -> null)
            .completeOnTimeout(null, STORE_READ_SECONDS, TimeUnit.SECONDS),
        (decided, store) ->
            new Figures(
                decided.nodes(),
                decided.work(),
                store == null ? unread() : store,
                contents.transfers(),
                performer.followers(),
                refusals.count()));
  }

  /** A store that cannot be read now is not taken for a dispatcher that does not answer. */
  private Figures.Kept unread() {
    return new Figures.Kept(OptionalLong.empty(), OptionalLong.empty(), writer.trouble() == null);
  }

  private static OptionalLong known(long bytes) {
    return bytes == UNKNOWN_ROOM ? OptionalLong.empty() : OptionalLong.of(bytes);
  }
}

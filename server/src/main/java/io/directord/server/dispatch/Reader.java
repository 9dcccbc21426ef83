package io.directord.server.dispatch;

import io.directord.common.api.Event;
import io.directord.common.validation.ErrorCode;
import io.directord.server.store.FoundJob;
import io.directord.server.store.JobRead;
import io.directord.server.store.JobStore;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * Reads the store on two threads of its own, so that nothing else waits for the disk: one for
 * callers, one for the core.
 */
final class Reader implements AutoCloseable {
  /** Maximum number of waiting questions; more are refused. */
  private static final int MAX_WAITING = 100;

  private static final System.Logger LOG = System.getLogger(Reader.class.getName());

  private final JobStore store;
  private final Consumer<Input> core;
  private final BiFunction<JobStore, ScheduledRun, Order> orders;
  private final ThreadPoolExecutor asked = thread("store-reader");
  private final ThreadPoolExecutor needed = thread("core-reader");

  /**
   * @param core receives the results, on any thread
   * @param orders makes the jobs of schedules' runs
   */
  Reader(JobStore store, Consumer<Input> core, BiFunction<JobStore, ScheduledRun, Order> orders) {
    this.store = store;
    this.core = core;
    this.orders = orders;
  }

  private static ThreadPoolExecutor thread(String name) {
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1,
            1,
            1,
            TimeUnit.MINUTES,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    one.allowCoreThreadTimeOut(true);
    return one;
  }

  /** Answers a question of a caller, or refuses it if too many wait. */
  <T> void ask(Question<T> question, CompletableFuture<T> to) {
    if (asked.getQueue().size() >= MAX_WAITING) {
      to.completeExceptionally(
          new RefusedException(
              RefusedException.Kind.FULL,
              ErrorCode.SERVER_BUSY,
              "too many questions at once: ask again in a moment"));
    } else {
      answer(asked, question, to);
    }
  }

  /** Answers a question on the core's thread for reads. */
  <T> void prepare(Question<T> question, CompletableFuture<T> to) {
    answer(needed, question, to);
  }

  private <T> void answer(
      ThreadPoolExecutor thread, Question<T> question, CompletableFuture<T> to) {
    try {
      thread.execute(
          () -> {
            try {
              to.complete(question.answer(store));
            } catch (RuntimeException | Error e) {
              // Whatever it is, somebody waits for it.
              to.completeExceptionally(e);
            }
          });
    } catch (RejectedExecutionException e) {
      to.completeExceptionally(
          new RefusedException(
              RefusedException.Kind.FULL, ErrorCode.SERVER_BUSY, "the server ends"));
    }
  }

  /** Makes a schedule's run ready; {@link Input.Prepared} follows. */
  void prepareRun(ScheduledRun run) {
    CompletableFuture<Order> ready = new CompletableFuture<>();
    ready.whenComplete(
        (order, failure) ->
            core.accept(new Input.Prepared(run, order, failure == null ? null : refusal(failure))));
    prepare(store -> orders.apply(store, run), ready);
  }

  /** A store that cannot be read may be read later. */
  private static RefusedException refusal(Throwable failure) {
    return failure instanceof RefusedException refused
        ? refused
        : new RefusedException(
            RefusedException.Kind.FULL, ErrorCode.STORE_UNUSABLE, failure.toString());
  }

  /** Reads for the core; {@link Input.Found} or {@link Input.NotFound} follows. */
  void read(Effect.Read read) {
    execute(
        needed,
        () -> {
          List<FoundJob> found = new ArrayList<>();
          try {
            for (JobRead wanted : read.wanted()) {
              Optional<FoundJob> job = FoundJob.read(store, wanted);
              job.ifPresent(found::add);
            }
          } catch (RuntimeException e) {
            core.accept(new Input.NotFound(read.finder(), e));
            return;
          } catch (Error e) {
            core.accept(
                new Input.NotFound(read.finder(), new IllegalStateException(e.toString(), e)));
            return;
          }
          core.accept(new Input.Found(read.finder(), found));
        });
  }

  /** Reads the next part of a snapshot; {@link Input.CaughtUp} follows. */
  void catchUp(Follower follower, Snapshot snapshot) {
    execute(
        asked,
        () -> {
          List<Event> events = new ArrayList<>();
          boolean more = false;
          try {
            more = snapshot.next(store, events);
          } catch (RuntimeException | Error e) {
            LOG.log(Level.WARNING, "a follower was not told all: {0}", e.toString());
            events.add(new Event.Missed(1));
          }
          core.accept(new Input.CaughtUp(follower, more ? snapshot : null, events));
        });
  }

  private static void execute(ThreadPoolExecutor thread, Runnable work) {
    try {
      thread.execute(work);
    } catch (RejectedExecutionException e) {
      // The server ends: nobody waits for it any more.
      return;
    }
  }

  @Override
  public void close() {
    asked.shutdown();
    needed.shutdown();
  }
}

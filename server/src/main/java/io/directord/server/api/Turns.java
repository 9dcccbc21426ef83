package io.directord.server.api;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Limits the number of replies made at the same time, since each is in memory twice: as records and
 * as JSON. Others wait for their turn. Thread-safe.
 */
final class Turns {
  private final int max;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  Turns(int max) {
    this.max = max;
  }

  /** The same reply, in its turn. */
  AnswerReceiver.Answer inTurn(AnswerReceiver.Answer answer) {
    return (call, body) -> {
      CompletableFuture<Reply> reply = new CompletableFuture<>();
      begin(() -> make(answer, call, body, reply));
      return reply;
    };
  }

  private void make(
      AnswerReceiver.Answer answer, Call call, RequestBody body, CompletableFuture<Reply> reply) {
    if (reply.isDone()) {
      // Its timeout has passed.
      ended();
      return;
    }
    CompletableFuture<Reply> made;
    try {
      made = answer.to(call, body);
    } catch (RuntimeException | IOException e) {
      made = CompletableFuture.failedFuture(e);
    }
    // A request that has timed out must not keep others waiting.
    reply.whenComplete((done, failure) -> ended());
    made.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            reply.complete(done);
          } else {
            reply.completeExceptionally(failure);
          }
        });
  }

  private void begin(Runnable work) {
    synchronized (this) {
      if (running == max) {
        waiting.add(work);
        return;
      }
      running++;
    }
    work.run();
  }

  private void ended() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      running -= next == null ? 1 : 0;
    }
    if (next != null) {
      next.run();
    }
  }
}

package io.directord.server.api;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Has few answers made at the same time, since each is in memory twice until it is a reply: as what
 * the dispatcher said, and as JSON. The others wait for their turn. Thread-safe.
 */
final class Turns {
  private final int max;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int running;

  Turns(int max) {
    this.max = max;
  }

  /** The same answer, in its turn. */
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
      // Its time is up.
      ended();
      return;
    }
    CompletableFuture<Reply> made;
    try {
      made = answer.to(call, body);
    } catch (RuntimeException | IOException e) {
      made = CompletableFuture.failedFuture(e);
    }
    // Who waits no longer for a dispatcher that does not answer must not keep others waiting.
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

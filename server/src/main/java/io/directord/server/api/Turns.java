package io.directord.server.api;

import io.directord.server.access.Caller;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Has few answers made at the same time, since each is in memory twice until it is a reply: as what
 * the dispatcher said, and as JSON. The others wait, and users take turns: who asks for many waits
 * for them alone. Thread-safe.
 */
final class Turns {
  private final int max;
  private final int maxOfAUser;

  /** By user, the one whose turn comes next first. */
  private final Map<Caller, Queue<Runnable>> waiting = new LinkedHashMap<>();

  private final Map<Caller, Integer> running = new HashMap<>();

  /**
   * @param max answers that are made at the same time
   * @param maxOfAUser how many of them may be for one user
   */
  Turns(int max, int maxOfAUser) {
    this.max = max;
    this.maxOfAUser = maxOfAUser;
  }

  /** The same answer, in its turn. */
  AnswerReceiver.Answer inTurn(AnswerReceiver.Answer answer) {
    return (call, body) -> {
      CompletableFuture<Reply> reply = new CompletableFuture<>();
      begin(call.caller(), () -> make(answer, call, body, reply));
      return reply;
    };
  }

  private void make(
      AnswerReceiver.Answer answer, Call call, RequestBody body, CompletableFuture<Reply> reply) {
    if (reply.isDone()) {
      // The request has timed out.
      ended(call.caller());
      return;
    }
    CompletableFuture<Reply> made;
    try {
      made = answer.to(call, body);
    } catch (RuntimeException | IOException | Error e) {
      // Whatever it is, the turn has to end.
      made = CompletableFuture.failedFuture(e);
    }
    // Who waits no longer for a dispatcher that does not answer must not keep others waiting.
    reply.whenComplete((done, failure) -> ended(call.caller()));
    made.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            reply.complete(done);
          } else {
            reply.completeExceptionally(failure);
          }
        });
  }

  private void begin(Caller caller, Runnable work) {
    synchronized (this) {
      if (!mayRun(caller)) {
        waiting.computeIfAbsent(caller, user -> new ArrayDeque<>()).add(work);
        return;
      }
      running.merge(caller, 1, Integer::sum);
    }
    work.run();
  }

  private void ended(Caller caller) {
    Runnable next;
    synchronized (this) {
      running.computeIfPresent(caller, (user, count) -> count == 1 ? null : count - 1);
      next = next();
    }
    if (next != null) {
      next.run();
    }
  }

  private boolean mayRun(Caller caller) {
    int all = running.values().stream().mapToInt(Integer::intValue).sum();
    return all < max && running.getOrDefault(caller, 0) < maxOfAUser;
  }

  /** What is made next, which counts as running from now on; null if nothing is. */
  private Runnable next() {
    Caller caller = waiting.keySet().stream().filter(this::mayRun).findFirst().orElse(null);
    if (caller == null) {
      return null;
    }
    Queue<Runnable> ofUser = waiting.remove(caller);
    Runnable next = ofUser.remove();
    if (!ofUser.isEmpty()) {
      waiting.put(caller, ofUser);
    }
    running.merge(caller, 1, Integer::sum);
    return next;
  }
}

package io.directord.server.dispatch;

import io.directord.common.validation.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * The reply to a change. A change being stored cannot be undone, since part of it may be on the
 * disk. So after the timeout the caller is told that it is undecided.
 */
final class Decision {
  private Decision() {}

  /**
   * Completes with the change, or after the timeout with a {@link RefusedException} of {@link
   * RefusedException.Kind#UNDECIDED}; the change itself continues.
   *
   * @param undecided makes the message, on a thread that must not be blocked
   */
  static <T> CompletableFuture<T> within(
      Duration limit, CompletableFuture<T> change, Supplier<String> undecided) {
    return change
        .copy()
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    isTimeout(failure)
                        ? new RefusedException(
                            RefusedException.Kind.UNDECIDED, ErrorCode.UNDECIDED, undecided.get())
                        : cause(failure)));
  }

  private static boolean isTimeout(Throwable failure) {
    return cause(failure) instanceof TimeoutException;
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }
}

package io.directord.server.dispatch;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * What a caller is told of a change. One that is on its way to the store cannot be taken back: part
 * of it may be on the disk. So who has waited for too long is told just that.
 */
final class Decision {
  private Decision() {}

  /**
   * The change's own end, or after the limit a {@link RefusedException} of {@link
   * RefusedException.Kind#UNDECIDED}; the change itself is left alone.
   *
   * @param undecided what is told then, asked for on a thread that must not be held up
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
                        ? new RefusedException(RefusedException.Kind.UNDECIDED, undecided.get())
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

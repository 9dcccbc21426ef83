package io.directord.client.lane;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Where a thread hangs that does not end, for people. A thread that only is slow, on a busy
 * machine, moves between two looks, and stands nowhere. Not thread-safe.
 */
final class StuckPlace {
  /** Between the looks that have to find the thread at the same place. */
  private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** What belongs to the Java runtime, and says nothing to people. */
  private static final List<String> RUNTIME =
      List.of("java.", "javax.", "jdk.", "sun.", "com.sun.");

  private StackTraceElement[] seen;
  private long seenAt;
  private boolean isOld;

  /** Called again and again while the thread should end; looks now and then. */
  void look(Thread thread, long nowNanos) {
    if (seen == null) {
      seen = thread.getStackTrace();
      seenAt = nowNanos;
    } else if (nowNanos - seenAt >= BETWEEN_NANOS) {
      isOld = Arrays.equals(seen, thread.getStackTrace());
      seen = isOld ? seen : null;
    }
  }

  /**
   * The innermost frame that is not of the Java runtime; null if the thread does not stand still.
   */
  String of(Thread thread) {
    StackTraceElement[] now = thread.getStackTrace();
    return isOld && Arrays.equals(seen, now) ? frame(now) : null;
  }

  static String frame(StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .filter(frame -> RUNTIME.stream().noneMatch(frame.getClassName()::startsWith))
        .findFirst()
        .map(
            frame ->
                frame.getClassName()
                    + "."
                    + frame.getMethodName()
                    + " line "
                    + frame.getLineNumber())
        .orElse(null);
  }
}

package io.directord.cli.command;

import io.directord.common.api.FetchComing;
import io.directord.common.fetch.ByteSize;
import io.directord.common.validation.Counted;
import java.util.List;

/**
 * What nodes send at present and how fast, for the progress bar. Thread-safe: one thread asks the
 * server, another draws.
 */
final class TransferText {
  /** Time after which the speed is shown. */
  private static final long RATED_NANOS = 1_000_000_000;

  private static final double NANOS = 1e9;

  private long brought;
  private long firstBytes = -1;
  private long firstAt;
  private String text = "";

  /** A node has sent everything. */
  synchronized void brought(long bytes) {
    brought += bytes;
  }

  /**
   * What is coming now.
   *
   * @param nanos as of {@link System#nanoTime}
   */
  synchronized void coming(List<FetchComing> coming, long nanos) {
    long bytes = brought + coming.stream().mapToLong(FetchComing::bytes).sum();
    long of = brought + coming.stream().mapToLong(FetchComing::of).sum();
    if (firstBytes < 0 && bytes > 0) {
      firstBytes = bytes;
      firstAt = nanos;
    }
    if (coming.isEmpty()) {
      text = "";
      return;
    }
    text = ByteSize.text(bytes) + " of " + ByteSize.text(of) + rate(bytes, nanos) + waiting(coming);
  }

  private String rate(long bytes, long nanos) {
    long time = nanos - firstAt;
    if (firstBytes < 0 || time < RATED_NANOS) {
      return "";
    }
    return " (" + ByteSize.text((long) ((bytes - firstBytes) / (time / NANOS))) + "/s)";
  }

  private static String waiting(List<FetchComing> coming) {
    String room = waiting(coming, FetchComing.Wait.ROOM, " for room on the server");
    return room + waiting(coming, FetchComing.Wait.TURN, " for others");
  }

  private static String waiting(List<FetchComing> coming, FetchComing.Wait waits, String what) {
    int count = (int) coming.stream().filter(one -> one.waitsFor() == waits).count();
    return count == 0
        ? ""
        : ", " + Counted.of(count, "node") + (count == 1 ? " waits" : " wait") + what;
  }

  /** Empty if nothing is coming. */
  synchronized String text() {
    return text;
  }
}

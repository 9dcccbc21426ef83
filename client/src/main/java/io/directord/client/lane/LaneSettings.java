package io.directord.client.lane;

import io.directord.client.execution.Execution;
import io.directord.client.execution.JobVerbs;
import io.directord.client.journal.Journal;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Settings and dependencies of lanes.
 *
 * @param asyncLanes maximum number of async parents that run at once
 * @param nanoTime as {@link System#nanoTime}
 * @param onDeath called if a thread dies of an unexpected exception
 */
public record LaneSettings(
    Execution.Node node,
    Journal journal,
    JobVerbs verbs,
    int asyncLanes,
    InstantSource clock,
    LongSupplier nanoTime,
    BiConsumer<String, Throwable> onDeath) {

  private static final int MAX_ASYNC_LANES = 16;

  /** The number of async parents that run at once on this machine. */
  public static int defaultAsyncLanes() {
    return Math.min(MAX_ASYNC_LANES, 2 * Runtime.getRuntime().availableProcessors());
  }
}

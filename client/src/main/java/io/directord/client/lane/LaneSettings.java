package io.directord.client.lane;

import io.directord.client.execution.Execution;
import io.directord.client.journal.Journal;
import io.directord.common.component.Component;
import io.directord.common.job.Job;
import java.time.InstantSource;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Settings and dependencies of lanes.
 *
 * @param verbs finds the component of a job's verb; null if unknown
 * @param asyncLanes maximum number of async parents that run at once
 * @param nanoTime as {@link System#nanoTime}
 * @param onDeath called if a thread dies of an unexpected exception
 */
public record LaneSettings(
    Execution.Node node,
    Journal journal,
    Function<Job, Component<?>> verbs,
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

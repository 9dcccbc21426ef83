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
 * What lanes need.
 *
 * @param verbs gives the component of a job's verb, or null
 * @param asyncLanes how many async parents run at once
 * @param nanoTime as {@link System#nanoTime}
 * @param onDeath told if a thread dies of what nobody expected
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

  /** As many async parents as run at once on this machine. */
  public static int defaultAsyncLanes() {
    return Math.min(MAX_ASYNC_LANES, 2 * Runtime.getRuntime().availableProcessors());
  }
}

package io.directord.common.api;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Selects the events that a follower receives.
 *
 * @param parents only jobs of these submissions; empty for all
 * @param detail how much of them
 */
public record EventFilter(Set<UUID> parents, Detail detail) {

  /** Levels of detail; each includes those before it. */
  public enum Detail {
    /** Ended jobs, and the nodes that skipped them. */
    JOBS,
    /** Also failed results, and changes of nodes with unfinished work. */
    FAILURES,
    /** Also all results, and started jobs. */
    NODES,
    /** Also output of running jobs. */
    OUTPUT;

    /** As requests have it. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public EventFilter {
    parents = Set.copyOf(parents);
  }
}

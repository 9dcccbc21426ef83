package io.directord.common.api;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Which events a follower wants.
 *
 * @param parents only jobs of these submissions; empty for all
 * @param detail how much of them
 */
public record EventFilter(Set<UUID> parents, Detail detail) {

  /** How much of what happens to jobs; each includes the ones before it. */
  public enum Detail {
    /** That jobs ended, and which nodes skipped them. */
    JOBS,
    /** Also what nodes answered where a job failed, and that nodes with unfinished work change. */
    FAILURES,
    /** Also what every node answered, and that it runs. */
    NODES,
    /** Also output while it is produced. */
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

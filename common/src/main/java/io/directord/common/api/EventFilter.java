package io.directord.common.api;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Selects the events that a follower receives.
 *
 * @param parents only jobs of these submissions; empty for all
 * @param detail how much of them
 * @param jobs the only jobs of which is told what has happened before; empty for all of the parents
 */
public record EventFilter(Set<UUID> parents, Detail detail, Set<UUID> jobs) {
  /** Of requests, with the jobs, separated by commas. */
  public static final String JOBS_HEADER = "Directord-Jobs";

  /** How many jobs may be named; far fewer characters than a head may have. */
  public static final int MAX_JOBS = 100;

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
    jobs = Set.copyOf(jobs);
    if (jobs.size() > MAX_JOBS) {
      throw new IllegalArgumentException(MAX_JOBS + " jobs at most can be named");
    }
  }

  /** All that has happened before is told. */
  public EventFilter(Set<UUID> parents, Detail detail) {
    this(parents, detail, Set.of());
  }

  /**
   * The same for who was told of all other jobs already that they have ended.
   *
   * @param open those that have not; if they are too many, all is told again
   */
  public EventFilter resuming(Set<UUID> open) {
    return open.size() > MAX_JOBS ? this : new EventFilter(parents, detail, open);
  }

  /** Whether it is told what has happened to that job before. */
  public boolean wantsPastOf(UUID job) {
    return jobs.isEmpty() || jobs.contains(job);
  }
}

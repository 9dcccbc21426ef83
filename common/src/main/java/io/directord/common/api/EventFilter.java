package io.directord.common.api;

import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/**
 * Selects the events that a follower receives.
 *
 * @param parents only jobs of these submissions; empty for all
 * @param detail how much of them
 * @param jobs those of the parents of which is told what has happened before
 */
public record EventFilter(Set<UUID> parents, Detail detail, PastJobs jobs) {
  /** Of requests, with jobs that are named; see {@link PastJobs}. */
  public static final String JOBS_HEADER = "Directord-Jobs";

  /** Of requests, with the marks of jobs. */
  public static final String MARKS_HEADER = "Directord-Job-Marks";

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

  /**
   * What has happened before is told of these jobs.
   *
   * @param jobs if they are many, it is told of some others too; if it is empty, of all
   */
  public EventFilter(Set<UUID> parents, Detail detail, Set<UUID> jobs) {
    this(parents, detail, PastJobs.of(jobs));
  }

  /** All that has happened before is told. */
  public EventFilter(Set<UUID> parents, Detail detail) {
    this(parents, detail, PastJobs.ALL);
  }

  /**
   * The same for who was told of all other jobs already that they have ended.
   *
   * @param open those that have not; if they are many, it is told again of some others too
   */
  public EventFilter resuming(Set<UUID> open) {
    return new EventFilter(parents, detail, open);
  }
}

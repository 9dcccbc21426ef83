package io.directord.common.orchestration;

import io.directord.common.job.DryRun;
import io.directord.common.job.ParentOptions;
import java.util.List;
import java.util.Set;

/**
 * Options of the command line for a whole run.
 *
 * @param targets override those of jobs and entries, unless empty
 * @param restrict fingerprints of the only jobs to run; empty means all
 * @param ignoreCache run even what already succeeded on a node
 * @param forceAsync every parent has a lane of its own
 * @param stream nodes send output while jobs run
 * @param dryRun null if the jobs are really run
 * @param parents how the server goes about every parent; what this does not say is the entry's
 */
public record PlanOptions(
    List<String> targets,
    Set<String> restrict,
    boolean ignoreCache,
    boolean forceAsync,
    boolean stream,
    DryRun dryRun,
    ParentOptions parents) {

  public static final PlanOptions DEFAULT =
      new PlanOptions(List.of(), Set.of(), false, false, false, null, ParentOptions.NONE);

  /** Of jobs that are really run. */
  public PlanOptions(
      List<String> targets,
      Set<String> restrict,
      boolean ignoreCache,
      boolean forceAsync,
      boolean stream) {
    this(targets, restrict, ignoreCache, forceAsync, stream, null, ParentOptions.NONE);
  }

  public PlanOptions {
    targets = targets.stream().distinct().toList();
    restrict = Set.copyOf(restrict);
  }
}

package io.directord.common.orchestration;

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
 */
public record PlanOptions(
    List<String> targets,
    Set<String> restrict,
    boolean ignoreCache,
    boolean forceAsync,
    boolean stream) {

  public static final PlanOptions DEFAULT =
      new PlanOptions(List.of(), Set.of(), false, false, false);

  public PlanOptions {
    targets = targets.stream().distinct().toList();
    restrict = Set.copyOf(restrict);
  }
}

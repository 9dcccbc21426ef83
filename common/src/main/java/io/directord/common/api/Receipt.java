package io.directord.common.api;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * The outcome of a submission.
 *
 * @param jobs ids of those that are kept, in the order of submission
 * @param everyNode the nodes of its jobs for every node, of which one that runs once gets the
 *     first; empty if all its jobs name their targets
 * @param away targets that are not connected; their jobs wait for them
 * @param leftOut expired nodes, which jobs for every node, or with expressions, left out
 * @param resolved the nodes of each list of targets that has expressions
 * @param omitted jobs that are not kept, since the limit leaves none of their targets
 * @param held targets that are away, and are waited for
 */
public record Receipt(
    List<UUID> jobs,
    List<String> everyNode,
    List<String> away,
    List<String> leftOut,
    List<ResolvedTargets> resolved,
    List<Bodies.Omitted> omitted,
    List<Held> held) {

  /** Lists may be null, as in replies of an older server. */
  public Receipt {
    jobs = List.copyOf(jobs);
    everyNode = copyOf(everyNode);
    away = copyOf(away);
    leftOut = copyOf(leftOut);
    resolved = copyOf(resolved);
    omitted = copyOf(omitted);
    held = copyOf(held);
  }

  /** Of jobs that name their targets or are for every node. */
  public Receipt(List<UUID> jobs, List<String> everyNode, List<String> away, List<String> leftOut) {
    this(jobs, everyNode, away, leftOut, List.of(), List.of(), List.of());
  }

  /**
   * A node that is waited for.
   *
   * @param enrolled whether it has ever joined
   * @param until when it is waited for no longer
   */
  public record Held(String node, boolean enrolled, Instant until) {}

  private static <T> List<T> copyOf(List<T> all) {
    return all == null ? List.of() : List.copyOf(all);
  }
}

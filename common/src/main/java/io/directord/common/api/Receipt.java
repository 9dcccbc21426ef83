package io.directord.common.api;

import java.util.List;
import java.util.UUID;

/**
 * The outcome of a submission.
 *
 * @param jobs their ids, in the order of submission
 * @param everyNode the nodes of its jobs for every node, of which one that runs once gets the
 *     first; empty if all its jobs name their targets
 * @param away targets that are not connected; their jobs wait for them
 * @param leftOut expired nodes, which jobs for every node left out
 */
public record Receipt(
    List<UUID> jobs, List<String> everyNode, List<String> away, List<String> leftOut) {

  /** Lists may be null, as in replies of an older server. */
  public Receipt {
    jobs = List.copyOf(jobs);
    everyNode = copyOf(everyNode);
    away = copyOf(away);
    leftOut = copyOf(leftOut);
  }

  private static List<String> copyOf(List<String> names) {
    return names == null ? List.of() : List.copyOf(names);
  }
}

package io.directord.common.api;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The nodes that a list of targets stood for when its jobs were submitted.
 *
 * @param written the list as the jobs have it; empty for every node
 * @param nodes those of the jobs that run on all of them
 * @param leftOut expired nodes that it matches without naming them
 * @param forgotten names of nodes that it stands for by the results of earlier jobs, and that are
 *     not enrolled any more
 * @param expired those of the nodes on which the jobs fail at once, since they have expired
 */
public record ResolvedTargets(
    List<String> written,
    List<String> nodes,
    List<String> leftOut,
    List<String> forgotten,
    List<String> expired) {

  /** The last two may be null, as in replies of an older server. */
  public ResolvedTargets {
    written = List.copyOf(written);
    nodes = List.copyOf(nodes);
    leftOut = List.copyOf(leftOut);
    forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
    expired = expired == null ? List.of() : List.copyOf(expired);
  }

  /** All that are forgotten of these lists, by name. */
  public static Set<String> forgotten(List<ResolvedTargets> lists) {
    Set<String> names = new TreeSet<>();
    lists.forEach(list -> names.addAll(list.forgotten()));
    return names;
  }

  /** All that have expired of these lists, by name. */
  public static Set<String> expired(List<ResolvedTargets> lists) {
    Set<String> names = new TreeSet<>();
    lists.forEach(list -> names.addAll(list.expired()));
    return names;
  }
}

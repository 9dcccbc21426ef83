package io.directord.server.store;

import java.util.List;

/**
 * The targets of a job at its submission.
 *
 * @param targets identities, in order; results are kept by their index
 * @param leftOut expired nodes, which a job for every node leaves out
 */
public record Resolved(List<String> targets, List<String> leftOut) {

  /** {@code leftOut} may be null, as in jobs kept by an older server. */
  public Resolved {
    targets = List.copyOf(targets);
    leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
  }

  /** Targets named by the job, so that no node is left out. */
  public static Resolved named(List<String> targets) {
    return new Resolved(targets, List.of());
  }
}

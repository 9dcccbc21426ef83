package io.directord.server.store;

import java.util.List;

/**
 * Who gets a job, as the nodes were when it was submitted.
 *
 * @param targets identities, in order; results are kept by their index
 * @param leftOut nodes that had expired, and that a job for every node leaves out
 */
public record Resolved(List<String> targets, List<String> leftOut) {

  /** {@code leftOut} may be null, as it is where an older server has kept the job. */
  public Resolved {
    targets = List.copyOf(targets);
    leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
  }

  /** Targets that the job names, so that it leaves nobody out. */
  public static Resolved named(List<String> targets) {
    return new Resolved(targets, List.of());
  }
}

package io.directord.common.job;

import java.util.UUID;

/**
 * The submission that a job belongs to. Its jobs run in order on every node, and a failure of one
 * omits the later ones on that node.
 *
 * @param id made anew for every submission
 * @param fingerprint of the orchestration entry, the same for the same work; null for an {@code
 *     exec}
 * @param name what the author called it, or null
 * @param async whether it has a lane of its own on each node
 */
public record Parent(UUID id, String fingerprint, String name, boolean async) {

  /** What people are shown: the name, else the fingerprint, else the id. */
  public String title() {
    if (name != null) {
      return name;
    }
    return fingerprint != null ? fingerprint : id.toString();
  }
}

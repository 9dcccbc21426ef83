package io.directord.common.job;

import java.util.UUID;

/**
 * The submission that a job belongs to. Its jobs run in order on every node, and a failure of one
 * omits the later ones on that node.
 *
 * @param id unique to the submission
 * @param fingerprint of the orchestration entry; null for an {@code exec}
 * @param name what the author called it, or null
 * @param async whether it has a lane of its own on each node
 */
public record Parent(UUID id, String fingerprint, String name, boolean async) {

  /** The title for people: the name, else the fingerprint, else the id. */
  public String title() {
    if (name != null) {
      return name;
    }
    return fingerprint != null ? fingerprint : id.toString();
  }
}

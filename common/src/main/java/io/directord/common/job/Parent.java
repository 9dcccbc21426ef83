package io.directord.common.job;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.UUID;

/**
 * The submission that a job belongs to. Its jobs run in order on every node, and a failure of one
 * omits the later ones on that node.
 *
 * @param id unique to the submission
 * @param fingerprint of the orchestration entry; null for an {@code exec}
 * @param name what the author called it, or null
 * @param async whether it has a lane of its own on each node
 * @param options how the server goes about it
 */
public record Parent(
    UUID id, String fingerprint, String name, boolean async, @JsonUnwrapped ParentOptions options) {

  /** {@code options} may be null, as in jobs kept by an older server. */
  public Parent {
    options = options == null ? ParentOptions.NONE : options;
  }

  /** One that begins on all of its nodes at once. */
  public Parent(UUID id, String fingerprint, String name, boolean async) {
    this(id, fingerprint, name, async, ParentOptions.NONE);
  }

  /** The same of another submission. */
  public Parent withId(UUID other) {
    return new Parent(other, fingerprint, name, async, options);
  }

  /** The title for people: the name, else the fingerprint, else the id. */
  public String title() {
    if (name != null) {
      return name;
    }
    return fingerprint != null ? fingerprint : id.toString();
  }
}

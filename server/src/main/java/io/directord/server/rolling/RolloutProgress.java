package io.directord.server.rolling;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * What a restart of the server must not lose of a rollout.
 *
 * @param ramp how far the batch has grown
 * @param pause why no further node begins; null if some may
 * @param until when it gives up nodes that are away, by the wall clock; null if it never waits
 * @param soaking nodes that have finished and keep their place for a while
 */
public record RolloutProgress(
    @JsonUnwrapped NodeSets sets, Ramp ramp, Pause pause, Instant until, List<Soaking> soaking) {

  /** {@code soaking} may be null, as in progress kept by an older server. */
  public RolloutProgress {
    soaking = soaking == null ? List.of() : List.copyOf(soaking);
  }

  /**
   * A node that keeps its place.
   *
   * @param node its index
   * @param until by the wall clock
   */
  public record Soaking(int node, Instant until) {}
}

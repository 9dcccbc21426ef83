package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import java.util.List;

/**
 * A token with which nodes enrol.
 *
 * @param id names it; it is no secret
 * @param used how many nodes have enrolled with it
 * @param joined the last of them
 * @param createdBy who did it
 * @param spent whether it is used up or has expired, so that no node may enrol with it
 */
public record JoinTokenView(
    String id,
    @JsonUnwrapped Terms terms,
    int used,
    List<String> joined,
    Instant createdAt,
    String createdBy,
    boolean spent) {

  /**
   * On which it may be used.
   *
   * @param nodes names of the nodes that may enrol, in which {@code *} and {@code ?} stand for
   *     others; empty for any
   * @param uses how many may
   */
  public record Terms(List<String> nodes, int uses, Instant expiresAt) {}
}

package io.directord.server.store;

import io.directord.common.api.NodeOutcome;
import java.util.Set;
import java.util.UUID;

/**
 * The parts of a job to read.
 *
 * @param nodes nodes whose results are read
 * @param omitsLater whether all results are read that {@linkplain NodeOutcome#omitsLater() omit
 *     later jobs}
 */
public record JobRead(UUID id, Set<String> nodes, boolean omitsLater) {

  public JobRead(UUID id, Set<String> nodes) {
    this(id, nodes, false);
  }

  public JobRead {
    nodes = Set.copyOf(nodes);
  }
}

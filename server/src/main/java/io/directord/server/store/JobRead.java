package io.directord.server.store;

import java.util.Set;
import java.util.UUID;

/**
 * The parts of a job to read.
 *
 * @param nodes nodes whose results are read
 */
public record JobRead(UUID id, Set<String> nodes) {
  public JobRead {
    nodes = Set.copyOf(nodes);
  }
}

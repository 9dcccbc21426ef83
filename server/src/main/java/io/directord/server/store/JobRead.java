package io.directord.server.store;

import java.util.Set;
import java.util.UUID;

/**
 * What is to be read of a job.
 *
 * @param nodes whose results are wanted too
 */
public record JobRead(UUID id, Set<String> nodes) {
  public JobRead {
    nodes = Set.copyOf(nodes);
  }
}

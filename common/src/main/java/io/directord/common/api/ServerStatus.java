package io.directord.common.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * The server itself.
 *
 * @param version of its software
 * @param uptime since it was started
 * @param nodes how many are enrolled; 0 at a server that stands by, as are the active ones
 * @param activeNodes how many of them jobs can reach
 * @param warnings what keeps it, or users, from their work at present, a sentence each
 * @param leadership which server leads of those with one database; null if it has its store alone
 */
public record ServerStatus(
    String version,
    Instant startedAt,
    Duration uptime,
    int nodes,
    int activeNodes,
    List<String> warnings,
    Leadership leadership) {

  public ServerStatus {
    warnings = warnings == null ? List.of() : List.copyOf(warnings);
  }
}

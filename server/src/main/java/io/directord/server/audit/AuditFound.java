package io.directord.server.audit;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * Lines of the log that were looked for.
 *
 * @param lines the oldest first
 * @param omitted how many older ones were left out
 */
public record AuditFound(List<JsonNode> lines, long omitted) {
  public AuditFound {
    lines = List.copyOf(lines);
  }
}

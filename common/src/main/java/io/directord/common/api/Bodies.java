package io.directord.common.api;

import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** What requests and replies hold where that is more than one of the other records. */
public final class Bodies {
  private Bodies() {}

  /** Asked for with {@code POST /v1/jobs}: jobs in their flat JSON form, in order. */
  public record Submission(List<JsonNode> jobs) {}

  /** Ids of jobs that a cancel concerned. */
  public record JobIds(List<UUID> jobs) {}

  /** What the server has against jobs; empty if they could run. */
  public record Objections(List<Objection> objections) {}

  /** Jobs in the order of submission. */
  public record Jobs(List<JobSummary> jobs) {}

  /** Nodes sorted by name; and the clients that lately tried to join and may not, latest first. */
  public record Nodes(List<NodeView> nodes, List<RefusedNode> refused) {}

  /** How many were removed. */
  public record Removed(int removed) {}
}

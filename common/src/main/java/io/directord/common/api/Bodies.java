package io.directord.common.api;

import io.directord.common.validation.ValidationError;
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

  /**
   * What the server has against jobs; each list names the first job that an error concerns, or none
   * if it concerns all.
   *
   * @param mistakes for which a submission would be refused
   * @param objections to how things are with the server and its nodes: the jobs would be taken, but
   *     not run everywhere
   */
  public record Checked(List<ValidationError> mistakes, List<ValidationError> objections) {
    public Checked {
      mistakes = mistakes == null ? List.of() : List.copyOf(mistakes);
      objections = objections == null ? List.of() : List.copyOf(objections);
    }
  }

  /** Jobs in the order of submission. */
  public record Jobs(List<JobSummary> jobs) {}

  /**
   * What the server knows of its nodes.
   *
   * @param nodes sorted by name
   * @param refused clients that tried to join within the last hour and may not, latest first
   * @param warnings what keeps the server from its work at present, a sentence each
   */
  public record Nodes(List<NodeView> nodes, List<RefusedNode> refused, List<String> warnings) {
    public Nodes {
      nodes = List.copyOf(nodes);
      refused = refused == null ? List.of() : List.copyOf(refused);
      warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }
  }

  /** How many were removed. */
  public record Removed(int removed) {}
}

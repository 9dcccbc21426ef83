package io.directord.common.api;

import io.directord.common.validation.ValidationError;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** Bodies of requests and replies that are not one of the other records. */
public final class Bodies {
  private Bodies() {}

  /** The body of {@code POST /v1/jobs}: jobs in their flat JSON form, in order. */
  public record Submission(List<JsonNode> jobs) {}

  /**
   * What a cancel concerned.
   *
   * @param jobs ids of those that end
   * @param omitted later jobs of the parent of the one that was cancelled, which are not run on the
   *     nodes where it had not ended
   */
  public record Cancelled(List<UUID> jobs, List<Omitted> omitted) {
    public Cancelled {
      omitted = omitted == null ? List.of() : List.copyOf(omitted);
    }
  }

  /**
   * A job that is not run since one before it ends.
   *
   * @param number its place among the jobs of its parent, from 1
   * @param title verb and name, or verb and words
   */
  public record Omitted(UUID id, int number, String title) {}

  /**
   * What the server has against jobs; each list names the first job that an error concerns, or none
   * if it concerns all.
   *
   * @param errors for which a submission would be refused
   * @param obstacles to how things are with the server and its nodes: the jobs would be taken, but
   *     not run everywhere
   */
  public record Checked(List<ValidationError> errors, List<ValidationError> obstacles) {
    public Checked {
      errors = errors == null ? List.of() : List.copyOf(errors);
      obstacles = obstacles == null ? List.of() : List.copyOf(obstacles);
    }
  }

  /** Jobs in the order of submission. */
  public record Jobs(List<JobSummary> jobs) {}

  /**
   * The nodes known to the server.
   *
   * @param nodes sorted by name
   * @param refused clients that were refused within the last hour, latest first
   * @param warnings conditions that keep the server from working, a sentence each
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

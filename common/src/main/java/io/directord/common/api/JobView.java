package io.directord.common.api;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything about one job.
 *
 * @param definition its flat JSON form, without passwords in URLs
 * @param submittedBy the user who submitted it, as the socket's peer credentials name it
 * @param leftOut nodes that it left out, since they had expired and it is for every node
 * @param nodes one entry for each target, sorted by name
 */
public record JobView(
    JobSummary summary,
    ObjectNode definition,
    String submittedBy,
    List<String> leftOut,
    List<NodeOutcome> nodes) {

  /** {@code leftOut} may be null, as in replies of an older server. */
  public JobView {
    leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
  }
}

package io.directord.common.api;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything about one job.
 *
 * @param definition its flat JSON form, without passwords in URLs
 * @param submittedBy the user who submitted it, as the socket's peer credentials name it
 * @param leftOut nodes that it left out, since they had expired and it does not name them
 * @param limit the targets to which those of the definition were narrowed, as they were written
 * @param forgotten nodes that a target stood for by the results of earlier jobs, and that were not
 *     enrolled any more
 * @param nodes one entry for each target, sorted by name
 */
public record JobView(
    JobSummary summary,
    ObjectNode definition,
    String submittedBy,
    List<String> leftOut,
    List<String> limit,
    List<String> forgotten,
    List<NodeOutcome> nodes) {

  /**
   * {@code leftOut}, {@code limit} and {@code forgotten} may be null, as in replies of an older
   * server.
   */
  public JobView {
    leftOut = leftOut == null ? List.of() : List.copyOf(leftOut);
    limit = limit == null ? List.of() : List.copyOf(limit);
    forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
  }
}

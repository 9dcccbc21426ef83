package io.directord.common.api;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything about one job.
 *
 * @param definition its flat JSON form
 * @param submittedBy the user who submitted it, as the socket's peer credentials name it
 * @param nodes one entry for each target, sorted by name
 */
public record JobView(
    JobSummary summary, ObjectNode definition, String submittedBy, List<NodeOutcome> nodes) {}

package io.directord.common.api;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * All about a schedule.
 *
 * @param definitions its jobs, as {@link io.directord.common.job.JobJson} writes them
 * @param limit targets to which those of the jobs are narrowed; empty for no limit
 * @param history the newest entries, the latest last
 */
public record ScheduleInfo(
    ScheduleView schedule,
    List<ObjectNode> definitions,
    List<String> limit,
    List<ScheduleEntry> history) {}

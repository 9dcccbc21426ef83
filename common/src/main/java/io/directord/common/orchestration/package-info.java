/**
 * From YAML to jobs. {@link io.directord.common.orchestration.OrchestrationFile} reads files into
 * an {@link io.directord.common.orchestration.Orchestration}; {@link
 * io.directord.common.orchestration.Planner} lets the verbs read their arguments and makes the
 * {@link io.directord.common.orchestration.Plan}, or reports all errors.
 */
package io.directord.common.orchestration;

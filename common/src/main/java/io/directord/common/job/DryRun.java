package io.directord.common.job;

import java.util.UUID;

/**
 * That a job is not run but previewed: its nodes say what it would change, and change nothing.
 *
 * @param run shared by the jobs that are previewed one after the other: on a node, the later ones
 *     know what the earlier ones would have changed
 * @param diff whether nodes also show how files would change
 */
public record DryRun(UUID run, boolean diff) {}

/**
 * A job, its result on a node, and its fingerprint. Start with {@link io.directord.common.job.Job}.
 */
package io.directord.common.job;

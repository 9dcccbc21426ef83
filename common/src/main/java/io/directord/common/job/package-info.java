/**
 * A job, how it ended on a node, and what makes two jobs the same work. Start with {@link
 * io.directord.common.job.Job}.
 */
package io.directord.common.job;

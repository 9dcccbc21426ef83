/**
 * Following submitted jobs to their end. {@link io.directord.cli.follow.Follower} is the loop,
 * {@link io.directord.cli.follow.Run} what is known so far, a {@link
 * io.directord.cli.follow.Report} what people see of it.
 */
package io.directord.cli.follow;

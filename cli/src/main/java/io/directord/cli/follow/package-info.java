/**
 * Follows submitted jobs to their end. {@link io.directord.cli.follow.RunFollower} is the loop,
 * {@link io.directord.cli.follow.Run} holds what is known so far, a {@link
 * io.directord.cli.follow.RunDisplay} shows it.
 */
package io.directord.cli.follow;

package io.directord.common.job;

import java.util.List;

/**
 * How a job depends on what others of its parent have changed.
 *
 * @param whenChanged names of earlier jobs of the parent: on a node it runs only if one of them has
 *     changed something there that it has not followed yet; empty if it always runs
 * @param followedBy titles of later jobs that run only if this one has changed something; made by
 *     the server of their {@code whenChanged}
 */
public record JobLinks(List<String> whenChanged, List<String> followedBy) {
  /** Of a job that depends on no other. */
  public static final JobLinks NONE = new JobLinks(List.of(), List.of());

  public JobLinks {
    whenChanged = List.copyOf(whenChanged);
    followedBy = List.copyOf(followedBy);
  }
}

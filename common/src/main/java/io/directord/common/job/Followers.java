package io.directord.common.job;

import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Tells jobs which later ones of their parent wait for what they change. */
public final class Followers {
  private Followers() {}

  /** A job's name within its parent. */
  private record Named(UUID parent, String name) {}

  /**
   * What a job names to follow must be one job, before it in its parent. Jobs of a parent that has
   * a fingerprint are not looked at: they may be some of an orchestration, which was checked as a
   * whole.
   *
   * @param jobs that were submitted together
   * @param limit maximum number of errors
   */
  public static List<ValidationError> errors(List<Job> jobs, int limit) {
    Map<Named, Integer> before = new HashMap<>();
    List<ValidationError> errors = new ArrayList<>();
    for (int i = 0; i < jobs.size(); i++) {
      Job job = jobs.get(i);
      for (String name : job.links().whenChanged()) {
        int found = before.getOrDefault(new Named(job.parent().id(), name), 0);
        if (found != 1 && job.parent().fingerprint() == null && errors.size() < limit) {
          String named =
              " before it in its parent " + (found == 0 ? "is" : "are") + " named " + name;
          errors.add(
              new Place.InJob(i, JobJson.WHEN_CHANGED)
                  .error((found == 0 ? "no job" : found + " jobs") + named));
        }
      }
      if (job.name() != null) {
        before.merge(new Named(job.parent().id(), job.name()), 1, Integer::sum);
      }
    }
    return errors;
  }

  /**
   * The same jobs, in the same order, each with those that follow it.
   *
   * @param jobs that were submitted together
   */
  public static List<Job> link(List<Job> jobs) {
    Map<Named, Set<String>> followers = new HashMap<>();
    for (Job job : jobs) {
      for (String name : job.links().whenChanged()) {
        followers
            .computeIfAbsent(new Named(job.parent().id(), name), same -> new LinkedHashSet<>())
            .add(job.title());
      }
    }
    if (followers.isEmpty()) {
      return jobs;
    }
    List<Job> linked = new ArrayList<>();
    for (Job job : jobs) {
      Set<String> after = followers.get(new Named(job.parent().id(), job.name()));
      linked.add(
          after == null
              ? job
              : job.withLinks(new JobLinks(job.links().whenChanged(), List.copyOf(after))));
    }
    return linked;
  }
}

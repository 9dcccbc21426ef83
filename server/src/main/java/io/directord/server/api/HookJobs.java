package io.directord.server.api;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Followers;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Parent;
import io.directord.server.verb.Completion;
import io.directord.verbs.external.Facts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.node.ObjectNode;

/**
 * The jobs of a delivery: their ids follow from it, so that the server knows them when it is
 * attempted again, whatever has happened since.
 */
final class HookJobs {
  private HookJobs() {}

  /**
   * The jobs with ids of that delivery, of parents that have the hook's name.
   *
   * @param delivery unique for the hook
   */
  static List<Job> of(String hook, String delivery, List<Job> planned) {
    Map<UUID, Parent> parents = new LinkedHashMap<>();
    List<Job> jobs = new ArrayList<>();
    UUID run = id(hook, delivery, "run");
    for (Job job : planned) {
      Parent parent =
          parents.computeIfAbsent(
              job.parent().id(), id -> parent(job.parent(), hook, delivery, run, parents.size()));
      jobs.add(
          new Job(
              id(hook, delivery, "job " + jobs.size()),
              job.fingerprint(),
              parent,
              job.name(),
              job.definition(),
              job.options(),
              job.targets()));
    }
    return Followers.link(jobs);
  }

  /** The upper halves of the ids of a run's parents are the same, by which runs are counted. */
  private static Parent parent(Parent of, String hook, String delivery, UUID run, int index) {
    UUID own = id(hook, delivery, "parent " + index);
    String name = of.name() == null ? hook : hook + ": " + of.name();
    return new Parent(
        new UUID(run.getMostSignificantBits(), own.getLeastSignificantBits()),
        of.fingerprint(),
        name,
        of.async(),
        of.options());
  }

  private static UUID id(String hook, String delivery, String what) {
    String all = "hook " + hook + " " + what + " of " + delivery;
    return UUID.nameUUIDFromBytes(all.getBytes(StandardCharsets.UTF_8));
  }

  /** The same jobs, with the definitions of verbs that this server has. */
  static List<Job> completed(List<Job> planned, Completion completion) throws IOException {
    List<Job> jobs = new ArrayList<>();
    for (Job job : planned) {
      if (Facts.of(job.arguments()) == null) {
        jobs.add(job);
      } else {
        ObjectNode flat = JobJson.write(job);
        flat.remove(List.of(SourceFile.KEY, Facts.KEY, "job_sha3_224"));
        jobs.add(completion.read(flat));
      }
    }
    return jobs;
  }
}

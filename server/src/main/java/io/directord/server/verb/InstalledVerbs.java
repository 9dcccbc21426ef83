package io.directord.server.verb;

import io.directord.common.component.PlanException;
import io.directord.common.job.Job;
import io.directord.common.validation.InvalidException;
import io.directord.server.content.ContentStore;
import io.directord.verbs.Components;
import io.directord.verbs.external.Definitions;
import io.directord.verbs.external.Facts;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The verbs known to the server, for jobs of any protocol. Thread-safe. */
public final class InstalledVerbs {
  private final Components components;
  private final ContentStore contents;

  /**
   * @param components those installed beside the server
   * @param contents stores the files of definitions, for the nodes to fetch
   */
  public InstalledVerbs(Components components, ContentStore contents) {
    this.components = components;
    this.contents = contents;
  }

  /** For the jobs of one request: definitions are read once for all of them. */
  public Completion completion() {
    return new Completion(components.afresh(), contents);
  }

  /**
   * Those jobs that bring another definition of their verb than the one that is installed here, or
   * arguments that this does not allow. Blocks on the disk.
   */
  public Set<UUID> foreign(List<Job> jobs) {
    Components now = null;
    Set<UUID> foreign = new HashSet<>();
    for (Job job : jobs) {
      if (Facts.of(job.arguments()) != null) {
        now = now == null ? components.afresh() : now;
        if (!isInstalled(job, now)) {
          foreign.add(job.id());
        }
      }
    }
    return foreign;
  }

  /**
   * Blocks on the disk.
   *
   * @throws InvalidException if the verb is not installed here, or its definition is invalid
   */
  public void require(String verb) {
    try {
      components.afresh().find(verb);
    } catch (PlanException e) {
      throw new InvalidException(e.errors());
    }
  }

  private static boolean isInstalled(Job job, Components components) {
    try {
      return Definitions.areOf(components.find(job.verb()), job);
    } catch (PlanException e) {
      return false;
    }
  }
}

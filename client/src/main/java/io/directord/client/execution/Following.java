package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.client.cache.NodeCache.Owed;
import io.directord.common.job.Job;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * Which jobs have to follow what others have changed. That a job may change something is noted
 * before it begins, and withdrawn if it turns out to have changed nothing; the note is removed when
 * the job that follows has succeeded. So neither a crash nor a failure between the two loses it:
 * the job follows in a later run.
 */
public final class Following {
  private final NodeCache cache;
  private final Job job;
  private final List<Owed> causes = new ArrayList<>();
  private final List<Owed> effects = new ArrayList<>();

  /** What is owed because of this run of the job, and was not before. */
  private final List<Owed> fresh = new ArrayList<>();

  public Following(NodeCache cache, Job job) {
    this.cache = cache;
    this.job = job;
    for (String name : job.links().whenChanged()) {
      causes.add(owed(name, job.title()));
    }
    for (String title : job.links().followedBy()) {
      effects.add(owed(job.name(), title));
    }
  }

  private Owed owed(String changer, String follower) {
    return new Owed(Objects.requireNonNullElse(job.parent().name(), ""), changer, follower);
  }

  /** Whether it runs only after a change. */
  public boolean isConditional() {
    return !causes.isEmpty();
  }

  /** The runs that have left changes for it; empty if it has nothing to follow. */
  public List<UUID> runs() {
    List<UUID> runs = new ArrayList<>();
    for (Owed one : causes) {
      UUID run = cache.owes(one);
      if (run != null) {
        runs.add(run);
      }
    }
    return runs;
  }

  /** Why it does not run. */
  public String nothing() {
    return "nothing to follow: "
        + String.join(", ", job.links().whenChanged())
        + (job.links().whenChanged().size() == 1 ? " has" : " have")
        + " changed nothing";
  }

  /** The job is about to begin. */
  public void begins() throws IOException {
    for (Owed one : effects) {
      if (cache.owes(one) == null) {
        fresh.add(one);
        cache.owe(one, job.parent().id());
      }
    }
  }

  /**
   * The job has ended.
   *
   * @param changed whether it has changed something; null if unknown
   * @return whether the file of the cache has that; else it is in memory only
   */
  public boolean ended(boolean succeeded, Boolean changed) {
    boolean unchanged = Boolean.FALSE.equals(changed);
    boolean isWritten = true;
    for (Owed one : unchanged ? fresh : effects) {
      isWritten &= cache.settle(one, unchanged ? null : job.parent().id());
    }
    if (succeeded) {
      for (Owed one : causes) {
        isWritten &= cache.settle(one, null);
      }
    }
    return isWritten;
  }
}

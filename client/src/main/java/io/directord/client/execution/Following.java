package io.directord.client.execution;

import io.directord.client.cache.NodeCache;
import io.directord.client.cache.NodeCache.Owed;
import io.directord.common.job.Fingerprint;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * Which jobs have to follow what others have changed. That a job may change something is noted
 * before it begins, and withdrawn if it turns out to have changed nothing; the note is removed when
 * the job that follows has succeeded. So neither a crash nor a failure between the two loses it:
 * the job follows in a later run. Jobs of the same names in other orchestrations leave notes of
 * their own, as these say what the job is about.
 */
public final class Following {
  private final NodeCache cache;
  private final Job job;
  private final List<Owed> effects = new ArrayList<>();

  /** What is owed because of this run of the job, and was not before. */
  private final List<Owed> fresh = new ArrayList<>();

  public Following(NodeCache cache, Job job) {
    this.cache = cache;
    this.job = job;
    for (String title : job.links().followedBy()) {
      effects.add(new Owed(entry(), job.name(), title, work(job)));
    }
  }

  private String entry() {
    return Objects.requireNonNullElse(job.parent().name(), "");
  }

  /**
   * What a job is about: where it puts files, which stays when these are corrected; else all that
   * it does.
   */
  private static String work(Job job) {
    List<String> places = new ArrayList<>();
    for (JsonNode place : job.arguments().findValues("to")) {
      places.add(place.asString(""));
    }
    if (places.isEmpty()) {
      return job.fingerprint();
    }
    return Fingerprint.of(Json.tree(places.size() == 1 ? places : directories(places)));
  }

  /** In case there is a file more or less. */
  private static SortedSet<String> directories(List<String> places) {
    return places.stream()
        .map(place -> place.substring(0, place.lastIndexOf('/') + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether it runs only after a change. */
  public boolean isConditional() {
    return !job.links().whenChanged().isEmpty();
  }

  /** The job's turn has come, whether it runs or not. */
  public void takesPart() {
    for (Owed one : effects) {
      cache.works().note(job.parent().id(), job.name(), one.work());
    }
  }

  /** What is left for it, and by which runs. */
  private Map<Owed, UUID> causes() {
    Map<Owed, UUID> causes = new LinkedHashMap<>();
    for (String name : job.links().whenChanged()) {
      String work = cache.works().of(job.parent().id(), name);
      cache
          .owed(entry(), name, job.title())
          .forEach(
              (one, run) -> {
                if (work == null || one.work() == null || work.equals(one.work())) {
                  causes.put(one, run);
                }
              });
    }
    return causes;
  }

  /** The runs that have left changes for it; empty if it has nothing to follow. */
  public List<UUID> runs() {
    return List.copyOf(causes().values());
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
      for (Owed one : causes().keySet()) {
        isWritten &= cache.settle(one, null);
      }
    }
    return isWritten;
  }
}

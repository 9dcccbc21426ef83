package io.directord.common.orchestration;

import io.directord.common.job.ParentOptions;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A parsed orchestration, with the arguments of verbs not yet read.
 *
 * @param entries in the order in which they are to run
 * @param errors found while reading; {@link Planner} adds its own and refuses them all together
 */
public record Orchestration(List<Entry> entries, List<ValidationError> errors) {

  public Orchestration {
    entries = List.copyOf(entries);
    errors = List.copyOf(errors);
  }

  /**
   * A list of targets as it was written.
   *
   * @param written names and expressions; empty means every node
   * @param places of the first character of each
   */
  public record Targets(List<String> written, List<Place.InFile> places) {
    public static final Targets NONE = new Targets(List.of(), List.of());

    public Targets {
      written = List.copyOf(written);
      places = List.copyOf(places);
    }

    boolean isEmpty() {
      return written.isEmpty();
    }
  }

  /** One job alone, as {@code exec} makes it. */
  public static Orchestration ofOne(String verb, String text) {
    JobEntry job = new JobEntry(verb, text, Map.of(), Map.of(), null, Targets.NONE, Place.NONE);
    return new Orchestration(
        List.of(
            new Entry(
                null, false, Targets.NONE, null, ParentOptions.NONE, List.of(job), Place.NONE)),
        List.of());
  }

  /**
   * One parent.
   *
   * @param name shown instead of the fingerprint; or null
   * @param async whether it has a lane of its own on each node
   * @param targets of all its jobs; empty means every node
   * @param fingerprint SHA3-224 of the entry as written; null for a job alone
   * @param options how the server goes about it
   * @param place where it begins, or says how it rolls
   */
  public record Entry(
      String name,
      boolean async,
      Targets targets,
      String fingerprint,
      ParentOptions options,
      List<JobEntry> jobs,
      Place place) {

    public Entry {
      jobs = List.copyOf(jobs);
    }
  }

  /**
   * One job.
   *
   * @param verb as written
   * @param text the inline form of its arguments
   * @param vars options by name, with {@code _}; scalars are texts as written, null is JSON's null
   * @param varPlaces where each of them is written
   * @param name shown instead of the fingerprint; or null
   * @param assign targets of this job only; empty leaves the entry's
   * @param place where the verb is written
   */
  public record JobEntry(
      String verb,
      String text,
      Map<String, JsonNode> vars,
      Map<String, Place> varPlaces,
      String name,
      Targets assign,
      Place place) {

    public JobEntry {
      vars = Collections.unmodifiableMap(new LinkedHashMap<>(vars));
      varPlaces = Map.copyOf(varPlaces);
    }

    /** The place of an error at a key of the job or of its vars. */
    Place place(Place found) {
      return found instanceof Place.Key key ? varPlaces.getOrDefault(key.key(), place) : found;
    }
  }
}

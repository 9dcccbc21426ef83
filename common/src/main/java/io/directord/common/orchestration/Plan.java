package io.directord.common.orchestration;

import io.directord.common.job.Job;
import io.directord.common.job.UrlPasswords;
import io.directord.common.tree.LocalTree;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The jobs to be submitted.
 *
 * @param planned the jobs in order, each with its source text
 * @param contents local files that the jobs deliver, by SHA-256, for upload where the server cannot
 *     see them
 * @param trees local directories that the jobs deliver
 * @param secrets contents that are secrets, by SHA-256; for upload in any case
 * @param notes remarks for the author that are not errors, such as paths that a pattern matches and
 *     that are not delivered
 */
public record Plan(
    List<PlannedJob> planned,
    Map<String, Path> contents,
    List<LocalTree> trees,
    Map<String, byte[]> secrets,
    List<ValidationError> notes) {

  public Plan {
    planned = List.copyOf(planned);
    contents = Map.copyOf(contents);
    trees = List.copyOf(trees);
    secrets = Map.copyOf(secrets);
    notes = List.copyOf(notes);
  }

  /** The jobs alone. */
  public List<Job> jobs() {
    return planned.stream().map(PlannedJob::job).toList();
  }

  /**
   * @param text the inline form of the arguments, as written
   * @param place where its verb is written
   * @param targets where each of its targets is written; empty if that is in no file
   */
  public record PlannedJob(Job job, String text, Place place, List<Place.InFile> targets) {
    private static final int EXCERPT = 30;

    /** Errors that the server found in these jobs, moved to the places in the author's files. */
    public static List<ValidationError> placed(
        List<ValidationError> errors, List<PlannedJob> given) {
      return errors.stream()
          .map(
              error -> {
                int job = error.job() == null ? given.size() : error.job();
                return job < given.size() ? given.get(job).placed(error) : error;
              })
          .toList();
    }

    private ValidationError placed(ValidationError error) {
      if (error.place() instanceof Place.InTarget target && target.index() < targets.size()) {
        return error.at(targets.get(target.index()).right(target.column() - 1));
      }
      return error.at(place);
    }

    /** The text on one line of at most 30 characters, as the table of fingerprints shows it. */
    public String excerpt() {
      String line = UrlPasswords.hidden(text.strip()).replace('\n', ' ');
      return line.length() < EXCERPT ? line : line.substring(0, EXCERPT - 3) + "...";
    }
  }
}

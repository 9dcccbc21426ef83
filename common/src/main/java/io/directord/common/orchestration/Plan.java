package io.directord.common.orchestration;

import io.directord.common.job.Job;
import io.directord.common.job.UrlPasswords;
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
 * @param notes remarks for the author that are not errors, such as paths that a pattern matches and
 *     that are not delivered
 */
public record Plan(
    List<PlannedJob> planned, Map<String, Path> contents, List<ValidationError> notes) {

  public Plan {
    planned = List.copyOf(planned);
    contents = Map.copyOf(contents);
    notes = List.copyOf(notes);
  }

  /** The jobs alone. */
  public List<Job> jobs() {
    return planned.stream().map(PlannedJob::job).toList();
  }

  /**
   * @param text the inline form of the arguments, as written
   * @param place where its verb is written
   */
  public record PlannedJob(Job job, String text, Place place) {
    private static final int EXCERPT = 30;

    /** Errors that the server found in these jobs, moved to the places in the author's files. */
    public static List<ValidationError> placed(
        List<ValidationError> errors, List<PlannedJob> given) {
      return errors.stream()
          .map(
              error ->
                  error.place() instanceof Place.InJob inJob && inJob.job() < given.size()
                      ? given.get(inJob.job()).place().error(error.message())
                      : error)
          .toList();
    }

    /** The text on one line of at most 30 characters, as the table of fingerprints shows it. */
    public String excerpt() {
      String line = UrlPasswords.hidden(text.strip()).replace('\n', ' ');
      return line.length() < EXCERPT ? line : line.substring(0, EXCERPT - 3) + "...";
    }
  }
}

package io.directord.common.orchestration;

import io.directord.common.job.Job;
import io.directord.common.job.UrlPasswords;
import io.directord.common.validation.Place;
import io.directord.common.validation.ValidationError;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is to be submitted.
 *
 * @param planned the jobs in order, each with the text that it was made of
 * @param contents local files that the jobs deliver, by SHA-256, for upload where the server cannot
 *     see them
 * @param notes what the author should know of it, though nothing is wrong: such as what a pattern
 *     matches and is not delivered
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

    /** What a server has found wrong with jobs that it was given, where their author finds it. */
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

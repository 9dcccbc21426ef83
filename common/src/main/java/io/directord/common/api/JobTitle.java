package io.directord.common.api;

import io.directord.common.job.Job;
import io.directord.common.job.JobText;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The description of a job, for lists.
 *
 * @param name what the author called it, or null
 * @param text the verb's words on one line of at most {@link JobText#MAX_CHARACTERS}; null for jobs
 *     that an older server has kept
 * @param undelivered how many paths its source matches that are not files, so that COPY and ADD do
 *     not deliver them
 */
public record JobTitle(String fingerprint, String verb, String name, String text, int undelivered) {

  private static final String BEFORE_WORDS = ": ";
  private static final String UNDELIVERED = "undelivered";

  public static JobTitle of(Job job) {
    return new JobTitle(
        job.fingerprint(),
        job.verb(),
        job.name(),
        JobText.of(job),
        job.arguments().path(UNDELIVERED).size());
  }

  /** The paths that its source matches and that are not files. */
  public static List<String> undelivered(Job job) {
    return job.arguments().path(UNDELIVERED).valueStream().map(JsonNode::asString).toList();
  }

  /**
   * What a result says, without the words of the job at its end: those who see the title have them
   * already.
   */
  public String without(String said) {
    boolean cut = text != null && text.endsWith(JobText.MARK);
    String words = cut ? text.substring(0, text.length() - JobText.MARK.length()) : text;
    int at = words == null || words.isEmpty() ? -1 : said.indexOf(BEFORE_WORDS);
    for (; at >= 0; at = said.indexOf(BEFORE_WORDS, at + 1)) {
      String rest = JobText.line(said.substring(at + BEFORE_WORDS.length()));
      if (cut ? rest.startsWith(words) : rest.equals(words)) {
        return said.substring(0, at);
      }
    }
    return said;
  }

  /** The title for people: verb and name, or verb and words. */
  public String line() {
    if (name != null) {
      return verb + " '" + name + "'";
    }
    return text == null || text.isEmpty() ? verb : verb + " " + text;
  }
}

package io.directord.common.api;

import io.directord.common.job.Job;
import io.directord.common.job.JobText;

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

  public static JobTitle of(Job job) {
    return new JobTitle(
        job.fingerprint(),
        job.verb(),
        job.name(),
        JobText.of(job),
        job.arguments().path("undelivered").size());
  }

  /** The title for people: verb and name, or verb and words. */
  public String line() {
    if (name != null) {
      return verb + " '" + name + "'";
    }
    return text == null || text.isEmpty() ? verb : verb + " " + text;
  }
}

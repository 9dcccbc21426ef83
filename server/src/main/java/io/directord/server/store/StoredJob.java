package io.directord.server.store;

import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobProgress;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.job.Job;
import java.time.Instant;
import java.util.List;

/**
 * A job as it was submitted.
 *
 * @param seq its place in the order of submission, unique
 * @param submittedBy the user, as the socket's peer credentials name it
 * @param resolved its targets
 * @param secret from which keys and tickets of its content are derived
 * @param cancelled whether it was cancelled
 */
public record StoredJob(
    long seq,
    Job job,
    String submittedBy,
    Instant submittedAt,
    Resolved resolved,
    byte[] secret,
    boolean cancelled) {

  /** Identities, in order; results are kept by their index. */
  public List<String> targets() {
    return resolved.targets();
  }

  /** How far it has come. */
  public JobSummary summary(
      JobTitle title, JobProgress progress, JobCounts counts, JobTimes times) {
    return new JobSummary(
        job.id(),
        job.parent(),
        title,
        new JobOrigin(submittedBy, submittedAt, resolved.leftOut().size(), job.isDryRun()),
        progress,
        counts,
        times);
  }

  public StoredJob asCancelled() {
    return new StoredJob(seq, job, submittedBy, submittedAt, resolved, secret, true);
  }
}

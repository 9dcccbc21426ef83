package io.directord.server.store;

import io.directord.common.job.Job;
import java.time.Instant;
import java.util.List;

/**
 * A job as it was submitted.
 *
 * @param seq its place in the order of submission, unique
 * @param submittedBy the user, as the socket's peer credentials name it
 * @param targets the identities it was resolved to, in order; results are kept by their index
 * @param secret what keys and tickets of its content are derived from
 * @param cancelled whether somebody asked for its end
 */
public record StoredJob(
    long seq,
    Job job,
    String submittedBy,
    Instant submittedAt,
    List<String> targets,
    byte[] secret,
    boolean cancelled) {

  public StoredJob {
    targets = List.copyOf(targets);
  }

  public StoredJob asCancelled() {
    return new StoredJob(seq, job, submittedBy, submittedAt, targets, secret, true);
  }
}

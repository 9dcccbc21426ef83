package io.directord.server.store;

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

  public StoredJob asCancelled() {
    return new StoredJob(seq, job, submittedBy, submittedAt, resolved, secret, true);
  }
}

package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.security.Sealing;
import io.directord.common.storage.IoErrors;
import io.directord.common.wire.Delivery;
import io.directord.server.access.Caller;
import io.directord.server.access.Tokens;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A submitted job, with everything that had to be read from the disk.
 *
 * @param secret from which keys and tickets of its content are derived
 * @param deliveries contents for nodes to fetch
 * @param missing errors of its content, by fingerprint
 * @param repeats of a rerun, the job that was submitted first; null if it repeats none
 */
record PreparedJob(
    Job job, byte[] secret, List<Delivery> deliveries, Map<String, String> missing, UUID repeats) {
  private static final SecureRandom RANDOM = new SecureRandom();

  PreparedJob(Job job, byte[] secret, List<Delivery> deliveries, Map<String, String> missing) {
    this(job, secret, deliveries, missing, null);
  }

  /** The same, as a repetition of that job. */
  PreparedJob repeating(UUID first) {
    return new PreparedJob(job, secret, deliveries, missing, first);
  }

  /**
   * Checks the content; may block on the disk. A dry run asks all nodes that are there at once,
   * since there is nothing to be careful about or to wait for.
   *
   * @param sender the caller who must have sent the content, see {@link Contents#missing}
   */
  static PreparedJob of(Job submitted, Contents contents, String sender) {
    Job job = submitted.isDryRun() ? submitted.forNodes() : submitted;
    byte[] secret = new byte[Sealing.SECRET_BYTES];
    RANDOM.nextBytes(secret);
    Map<String, String> missing = new LinkedHashMap<>();
    try {
      for (String sha256 : contents.missing(job, sender)) {
        missing.put(sha256, "its content " + sha256 + lacking(sender) + ": upload it first");
      }
      List<Delivery> deliveries = missing.isEmpty() ? contents.deliveries(job, secret) : List.of();
      return new PreparedJob(job, secret, deliveries, missing);
    } catch (IllegalArgumentException e) {
      missing.put(job.id().toString(), e.getMessage());
    } catch (IOException e) {
      missing.put(
          job.id().toString(), "the server cannot look for its content: " + IoErrors.sayWhere(e));
    }
    return new PreparedJob(job, secret, List.of(), missing);
  }

  private static String lacking(String sender) {
    return sender == null
        ? " is not here"
        : " was not sent by " + Caller.title(Tokens.user(sender)) + ", or is not kept any more";
  }
}

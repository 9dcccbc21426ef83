package io.directord.server.dispatch;

import io.directord.common.job.Job;
import io.directord.common.security.Sealing;
import io.directord.common.wire.Delivery;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A job that is submitted, with all that the disk must be asked for before it can be taken.
 *
 * @param secret what keys and tickets of its content are derived from
 * @param deliveries what nodes are to fetch
 * @param missing what is wrong with its content, by the content's fingerprint
 */
record PreparedJob(Job job, byte[] secret, List<Delivery> deliveries, Map<String, String> missing) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Looks for the content; may wait for the disk. */
  static PreparedJob of(Job job, Contents contents) {
    byte[] secret = new byte[Sealing.SECRET_BYTES];
    RANDOM.nextBytes(secret);
    Map<String, String> missing = new LinkedHashMap<>();
    try {
      for (String sha256 : contents.missing(job)) {
        missing.put(sha256, "its content " + sha256 + " is not here: upload it first");
      }
      List<Delivery> deliveries = missing.isEmpty() ? contents.deliveries(job, secret) : List.of();
      return new PreparedJob(job, secret, deliveries, missing);
    } catch (IllegalArgumentException e) {
      missing.put(job.id().toString(), e.getMessage());
    } catch (IOException e) {
      missing.put(job.id().toString(), "the server cannot look for its content: " + e.getMessage());
    }
    return new PreparedJob(job, secret, List.of(), missing);
  }
}

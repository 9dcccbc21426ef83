package io.directord.common.api;

import java.util.UUID;

/**
 * Why jobs would not be taken, or, as the server is now, would not run everywhere.
 *
 * @param jobId the first job that it concerns; null if it concerns all
 * @param mistake whether the job itself makes no sense to the server, which would refuse it
 */
public record Objection(UUID jobId, String message, boolean mistake) {

  /** To how things are with the server and its nodes. */
  public Objection(UUID jobId, String message) {
    this(jobId, message, false);
  }

  /** To the job itself. */
  public static Objection mistake(UUID jobId, String message) {
    return new Objection(jobId, message, true);
  }
}

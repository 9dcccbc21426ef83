package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * A backup of the server's store, which is being made or waits to be downloaded.
 *
 * @param bytes of its file, so far
 * @param sha256 of its file, in hexadecimal; null unless it is ready
 * @param error why it failed, for people; null if it has not
 * @param counts null unless it is ready
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BackupView(
    UUID id, State state, long bytes, String sha256, String error, Origin origin, Counts counts) {

  /** How far it is. */
  public enum State {
    MAKING,
    READY,
    FAILED
  }

  /**
   * What it is a backup of.
   *
   * @param begunAt it has everything that was committed before
   * @param version of directord
   * @param store its location, without a password
   */
  public record Origin(Instant begunAt, String version, String store) {}

  /**
   * What is in it.
   *
   * @param unended of the jobs, those that have not ended
   * @param contents what these jobs and the schedules deliver
   * @param missing what could not be copied, a sentence each
   */
  public record Counts(
      long jobs,
      long unended,
      int nodes,
      int schedules,
      int tokens,
      int contents,
      List<String> missing) {}
}

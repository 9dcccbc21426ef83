package io.directord.server.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * The client with which a node enrolled.
 *
 * @param version of its software
 * @param driver by which it reached the server
 * @param enrolledAt when
 * @param restoredAt when the store was restored from a backup, since which the node has not come
 *     back; null if that is not so
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record EnrolledClient(
    String version, String driver, Instant enrolledAt, Instant restoredAt) {

  /** The same, after the store was restored; null when the node is back. */
  EnrolledClient restored(Instant at) {
    return new EnrolledClient(version, driver, enrolledAt, at);
  }
}

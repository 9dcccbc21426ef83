package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;

/**
 * Whether a job goes on; the numbers are zero if its parent began everywhere at once.
 *
 * @param processing whether some target has no result yet
 * @param paused why its parent begins on no further node; null if it may
 * @param notBegun number of its nodes that wait for their turn, or are waited for
 * @param held number of those of them that are away, and are waited for
 * @param heldUntil until when these are waited for; null if there are none
 */
public record JobProgress(
    boolean processing,
    @JsonInclude(JsonInclude.Include.NON_NULL) String paused,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int notBegun,
    @JsonInclude(JsonInclude.Include.NON_DEFAULT) int held,
    @JsonInclude(JsonInclude.Include.NON_NULL) Instant heldUntil) {

  /** Of a job that has ended. */
  public static final JobProgress ENDED = of(false);

  /** Of a job whose parent begins everywhere at once. */
  static JobProgress of(boolean processing) {
    return new JobProgress(processing, null, 0, 0, null);
  }

  /**
   * Of a job that has not ended.
   *
   * @param parent null if that began everywhere at once
   * @param notBegun number of the job's nodes on which nothing of the parent has begun
   * @param held number of those of them that are away, and are waited for
   */
  public static JobProgress of(RunState parent, int notBegun, int held) {
    return parent == null
        ? of(true)
        : new JobProgress(
            true, parent.paused(), notBegun, held, held == 0 ? null : parent.heldUntil());
  }
}

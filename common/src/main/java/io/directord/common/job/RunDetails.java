package io.directord.common.job;

/**
 * Details of a run beside its outcome.
 *
 * @param cut whether output or message were cut to {@link Captured#MAX_BYTES}, or output was lost
 *     with the client
 * @param attempts number of attempts; 0 if nothing ran, or if unknown
 * @param changed whether the job changed something on the node; null if unknown, as with any
 *     command
 */
public record RunDetails(boolean cut, int attempts, Boolean changed) {
  /** Details of a job that did not run. */
  public static final RunDetails NONE = new RunDetails(false, 0, null);

  /** Details of a run of which nothing else is known. */
  public static final RunDetails ONE_ATTEMPT = new RunDetails(false, 1, null);

  /** Details of a job that was, or may have been, running when its client died. */
  public static final RunDetails OUTPUT_LOST = new RunDetails(true, 0, null);

  /** Whether what the job had put out was lost with its client: nobody counted its attempts. */
  public boolean lostOutput() {
    return cut && attempts == 0;
  }

  /** Whether the work was tried more than once. */
  public boolean wasRetried() {
    return attempts > 1;
  }
}

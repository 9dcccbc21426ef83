package io.directord.common.job;

/**
 * Details of a run beside its outcome.
 *
 * @param cut whether output or message were cut to {@link Captured#MAX_BYTES}
 * @param attempts number of attempts; 0 if nothing ran, or if unknown
 * @param changed whether the job changed something on the node; null if unknown, as with any
 *     command
 */
public record RunDetails(boolean cut, int attempts, Boolean changed) {
  /** Details of a job that did not run. */
  public static final RunDetails NONE = new RunDetails(false, 0, null);

  /** Details of a run of which nothing else is known. */
  public static final RunDetails ONE_ATTEMPT = new RunDetails(false, 1, null);

  /** Whether the work was tried more than once. */
  public boolean wasRetried() {
    return attempts > 1;
  }
}

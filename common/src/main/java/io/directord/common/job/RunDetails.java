package io.directord.common.job;

/**
 * What a node knows of a run beside its outcome.
 *
 * @param cut whether a part of the output, or of what the verb said, is missing from the result
 *     since it was longer than {@link Captured#MAX_BYTES}
 * @param attempts how often the work was tried; 0 if nothing ran, or nobody counted
 * @param changed whether the job changed something on the node; null if that is not known, as with
 *     any command
 */
public record RunDetails(boolean cut, int attempts, Boolean changed) {
  /** Of a job that did not run. */
  public static final RunDetails NONE = new RunDetails(false, 0, null);

  /** Of a run of which nothing more is known. */
  public static final RunDetails ONE_ATTEMPT = new RunDetails(false, 1, null);

  /** Whether the work was tried more than once. */
  public boolean wasRetried() {
    return attempts > 1;
  }
}

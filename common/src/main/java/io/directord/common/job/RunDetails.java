package io.directord.common.job;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Details of a run beside its outcome.
 *
 * @param cut whether output or message were cut to {@link Captured#MAX_BYTES}, or output was lost
 *     with the client
 * @param attempts number of attempts; 0 if nothing ran, or if unknown
 * @param changed whether the job changed something on the node; null if unknown, as with any
 *     command
 * @param brought what a FETCH has brought; null of other verbs, and if neither the node nor the
 *     server says it, as those of earlier versions
 */
public record RunDetails(
    boolean cut,
    int attempts,
    Boolean changed,
    @JsonInclude(JsonInclude.Include.NON_NULL) BroughtFiles brought) {
  /** Details of a job that did not run. */
  public static final RunDetails NONE = new RunDetails(false, 0, null);

  /** Details of a run of which nothing else is known. */
  public static final RunDetails ONE_ATTEMPT = new RunDetails(false, 1, null);

  /** Details of a job that was, or may have been, running when its client died. */
  public static final RunDetails OUTPUT_LOST = new RunDetails(true, 0, null);

  /** Of a run that has brought nothing. */
  public RunDetails(boolean cut, int attempts, Boolean changed) {
    this(cut, attempts, changed, null);
  }

  /** This, cut. */
  public RunDetails withCut() {
    return new RunDetails(true, attempts, changed, brought);
  }

  /** This, with what was brought. */
  public RunDetails withBrought(BroughtFiles files) {
    return new RunDetails(cut, attempts, changed, files);
  }

  /** Whether what the job had put out was lost with its client: nobody counted its attempts. */
  public boolean lostOutput() {
    return cut && attempts == 0;
  }

  /** Whether the work was tried more than once. */
  public boolean wasRetried() {
    return attempts > 1;
  }
}

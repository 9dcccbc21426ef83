package io.directord.common.job;

/**
 * How a job is run.
 *
 * @param skipCache run even if this fingerprint already succeeded on the node
 * @param forceLock run under the node's lock even if the verb needs none
 * @param stream nodes send output while the job runs
 * @param dryRun null if it is really run
 * @param links to other jobs of its parent
 * @param traceparent the trace that it belongs to, see {@link Traceparent}; or null
 */
public record JobOptions(
    boolean skipCache,
    boolean forceLock,
    boolean stream,
    DryRun dryRun,
    JobLinks links,
    String traceparent) {
  /** As verbs run unless somebody says otherwise. */
  public static final JobOptions NONE = new JobOptions(false, false, false);

  /** The same, with output sent while it runs, or without. */
  public JobOptions withStream(boolean streamed) {
    return new JobOptions(skipCache, forceLock, streamed, dryRun, links, traceparent);
  }

  /** The same, of a job that runs even where it has succeeded before. */
  public JobOptions withoutCache() {
    return new JobOptions(true, forceLock, stream, dryRun, links, traceparent);
  }

  /** Without a trace. */
  public JobOptions(
      boolean skipCache, boolean forceLock, boolean stream, DryRun dryRun, JobLinks links) {
    this(skipCache, forceLock, stream, dryRun, links, null);
  }

  /** Of a job that is really run. */
  public JobOptions(boolean skipCache, boolean forceLock, boolean stream) {
    this(skipCache, forceLock, stream, null, JobLinks.NONE);
  }
}

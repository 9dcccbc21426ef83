package io.directord.common.job;

/**
 * How a job is run.
 *
 * @param skipCache run even if this fingerprint already succeeded on the node
 * @param forceLock run under the node's lock even if the verb needs none
 * @param stream nodes send output while the job runs
 */
public record JobOptions(boolean skipCache, boolean forceLock, boolean stream) {
  /** As verbs run unless somebody says otherwise. */
  public static final JobOptions NONE = new JobOptions(false, false, false);
}

package io.directord.common.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;

/**
 * Counts of a job's targets by result.
 *
 * @param targets all of them
 * @param succeeded skipped ones included
 * @param skipped those that had done the same before
 * @param resultsLost those whose results the server had, and lost when its store was damaged or an
 *     older copy of it was put back; they are counted above as they ended, or as lost if that is
 *     not known
 * @param runs what is known of the runs on the targets
 */
public record JobCounts(
    int targets,
    int succeeded,
    int skipped,
    @JsonUnwrapped FailureCounts failures,
    int resultsLost,
    @JsonUnwrapped RunCounts runs) {

  /** {@code runs} may be null, as in jobs kept by an older server. */
  public JobCounts {
    runs = runs == null ? RunCounts.NONE : runs;
  }

  /** Of a job whose results are all there. */
  public JobCounts(int targets, int succeeded, int skipped, int failed, int lost, int omitted) {
    this(targets, succeeded, skipped, new FailureCounts(failed, lost, omitted), 0, RunCounts.NONE);
  }

  /** Before any result. */
  public static JobCounts of(int targets) {
    return new JobCounts(targets, 0, 0, 0, 0, 0);
  }

  /** With one result more. */
  public JobCounts plus(NodeOutcome result) {
    return add(result.state(), result.reason(), 1, runs.plus(result.details()));
  }

  /** Without a failure that another result replaces. */
  public JobCounts withoutFailure(Outcome.Reason reason, RunDetails details) {
    return add(NodeOutcome.State.FAILED, reason, -1, runs.minus(details));
  }

  /** With so many lost results. */
  public JobCounts withResultsLost(int results) {
    return new JobCounts(targets, succeeded, skipped, failures, results, runs);
  }

  /** Targets that failed, lost and omitted ones included. */
  public int failed() {
    return failures.failed();
  }

  /** Targets that were not heard of for too long. */
  public int lost() {
    return failures.lost();
  }

  /** Targets on which it never began. */
  public int omitted() {
    return failures.omitted();
  }

  /** Targets that did the work now. */
  public int done() {
    return succeeded - skipped;
  }

  /** Targets on which the work was tried and failed. */
  public int broken() {
    return failed() - lost() - omitted();
  }

  /** Targets without a result. */
  public int open() {
    return targets - succeeded - failed();
  }

  private JobCounts add(
      NodeOutcome.State state, Outcome.Reason reason, int more, RunCounts newRuns) {
    boolean failure = state == NodeOutcome.State.FAILED;
    boolean noResult = reason == Outcome.Reason.RESULT_LOST;
    return new JobCounts(
        targets,
        succeeded + (failure ? 0 : more),
        skipped + (state == NodeOutcome.State.SKIPPED ? more : 0),
        new FailureCounts(
            failed() + (failure ? more : 0),
            lost() + (noResult || reason == Outcome.Reason.LOST ? more : 0),
            omitted() + (reason != null && reason.isOmission() ? more : 0)),
        resultsLost + (noResult ? more : 0),
        newRuns);
  }
}

package io.directord.cli.top;

import io.directord.common.api.JobFilter;
import io.directord.common.api.NodeOrder;

/**
 * What is asked of the server at an interval: no more than is shown, whatever it has.
 *
 * @param ended whether jobs that have ended are listed too
 * @param filter of jobs; those that have ended are filtered and sorted here
 * @param target that the listed nodes stand for; null for all
 * @param offset how many nodes come before those that are listed
 * @param limit how many nodes are listed
 */
record Wanted(
    Listed view,
    boolean ended,
    JobFilter filter,
    String target,
    NodeOrder order,
    int offset,
    int limit) {
  /** More than a screen shows, so that one can move among them. */
  static final int MAX_JOBS = 300;
}

package io.directord.cli.top;

import io.directord.common.api.NodeOrder;

/**
 * What is asked of the server at an interval: no more than is shown, whatever it has.
 *
 * @param ended whether jobs that have ended are listed too
 * @param target that the listed nodes stand for; null for all
 * @param offset how many nodes come before those that are listed
 * @param limit how many nodes are listed
 */
record Wanted(Listed view, boolean ended, String target, NodeOrder order, int offset, int limit) {
  /** Jobs are filtered and sorted here, so more of them are asked for than a screen shows. */
  static final int MAX_JOBS = 300;
}

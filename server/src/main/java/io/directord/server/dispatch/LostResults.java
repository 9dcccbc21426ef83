package io.directord.server.dispatch;

import io.directord.common.api.NodeOutcome;
import io.directord.common.validation.Counted;
import io.directord.common.validation.FirstNames;
import io.directord.server.time.Moment;
import java.lang.System.Logger.Level;
import java.time.Duration;

/**
 * Logs which results the server has lost, as nodes say that they gave them before: in one line,
 * once no more come or a minute has passed.
 */
final class LostResults {
  private static final System.Logger LOG = System.getLogger(LostResults.class.getName());
  private static final Duration MAX_WAIT = Duration.ofMinutes(1);

  private FirstNames untold = new FirstNames();
  private int before;
  private String why;
  private Moment since;

  void add(LiveJob job, NodeOutcome outcome, String whyMissing, Moment now) {
    since = untold.isEmpty() ? now : since;
    why = whyMissing;
    untold.add(
        "job " + job.id() + " (" + job.summary().title().line() + ") on node " + outcome.node());
  }

  /** To be called every second or so. */
  void tick(Moment now) {
    if (untold.count() > before && now.since(since).compareTo(MAX_WAIT) < 0) {
      before = untold.count();
    } else if (!untold.isEmpty()) {
      LOG.log(
          Level.ERROR,
          "{0} lost, since {1}: the nodes gave them before, and do not run the jobs again: {2}",
          Counted.of(untold.count(), "result"),
          why,
          untold);
      untold = new FirstNames();
      before = 0;
    }
  }
}

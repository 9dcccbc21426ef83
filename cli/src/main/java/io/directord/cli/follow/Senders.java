package io.directord.cli.follow;

import io.directord.common.api.Event;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Outcome;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The names of the nodes that have answered themselves, for pipes: not those of nodes in whose
 * place the server has ended all jobs. By the way that results are shown, only those on which all
 * jobs succeeded, or one failed.
 */
public final class Senders implements RunDisplay {
  /** What the server decides in a node's place. */
  private static final Set<Outcome.Reason> OF_SERVER =
      EnumSet.of(Outcome.Reason.LOST, Outcome.Reason.UNKNOWN_TARGET, Outcome.Reason.RESULT_LOST);

  private final Show show;

  /** Whether a job failed there, by the node's name. */
  private final TreeMap<String, Boolean> failed = new TreeMap<>();

  public Senders(Show show) {
    this.show = show;
  }

  @Override
  public void on(Event event, Run run) {
    if (event instanceof Event.NodeAnswered answered && isItsOwn(answered.outcome())) {
      NodeOutcome outcome = answered.outcome();
      boolean isFailure = outcome.state() == NodeOutcome.State.FAILED;
      failed.merge(outcome.node(), isFailure, Boolean::logicalOr);
    }
  }

  private static boolean isItsOwn(NodeOutcome outcome) {
    Outcome.Reason reason = outcome.reason();
    return reason == null || !reason.isOmission() && !OF_SERVER.contains(reason);
  }

  /** In order. */
  public Set<String> names() {
    Set<String> names = new TreeSet<>();
    failed.forEach(
        (node, isFailure) -> {
          if (show == Show.ALL || show == (isFailure ? Show.FAILED : Show.OK)) {
            names.add(node);
          }
        });
    return names;
  }
}

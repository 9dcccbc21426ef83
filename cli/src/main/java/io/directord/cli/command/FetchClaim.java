package io.directord.cli.command;

import io.directord.common.api.NodeOutcome;
import io.directord.verbs.builtin.FetchComponent;
import java.util.Optional;

/** What a node has sent, by its result, held against what was downloaded. */
final class FetchClaim {
  private FetchClaim() {}

  /**
   * What is missing of what a node has sent, for people; empty if nothing is.
   *
   * @param came number of files that have come here, whether they could be written or not; below 0
   *     if nothing has, which is less than no file
   */
  static Optional<String> missing(NodeOutcome outcome, int came) {
    int files = files(outcome);
    boolean hasFailed = outcome.state() == NodeOutcome.State.FAILED;
    if (!outcome.state().ended() || came >= files || hasFailed && files == 0) {
      return Optional.empty();
    }
    if (hasFailed) {
      // The server knows what came of it.
      return Optional.of(outcome.info());
    }
    return Optional.of(
        (came < 0 ? "nothing" : "only " + Downloads.files(came))
            + " came from the server, which had "
            + (files == 0 ? "all" : Downloads.files(files))
            + " of it when the job ended: somebody else has downloaded or removed them, or another"
            + " server leads now");
  }

  /** Whether the server that led had nothing of what the node says. */
  static boolean isRefuted(NodeOutcome outcome) {
    return outcome.state() == NodeOutcome.State.FAILED
        && outcome.info().contains(FetchComponent.NOTHING_CAME);
  }

  /** How many files the node has sent, and of several servers to which, for people. */
  static String shown(NodeOutcome outcome) {
    return Downloads.files(files(outcome))
        + (isRefuted(outcome)
            ? " by its own account"
            : FetchComponent.keeper(outcome.info()).map(name -> ", kept by " + name).orElse(""));
  }

  /** How many files the node has sent. */
  static int files(NodeOutcome outcome) {
    return FetchComponent.claimed(outcome.stdout());
  }
}

package io.directord.cli.command;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.BroughtFiles;
import java.util.Collection;
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
    int files = isKnown(outcome) ? brought(outcome).files() : 0;
    boolean hasFailed = outcome.state() == NodeOutcome.State.FAILED;
    boolean hasEnded = hasFailed || outcome.state() == NodeOutcome.State.SUCCEEDED;
    if (!hasEnded || came >= files || hasFailed && files == 0) {
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

  /**
   * Whether the node has sent files, for all that is known: a success of which a server of an
   * earlier version has not said how many files came counts.
   */
  static boolean hasSent(NodeOutcome outcome) {
    return isKnown(outcome)
        ? brought(outcome).files() > 0
        : outcome.state() == NodeOutcome.State.SUCCEEDED;
  }

  /** Whether the server that led had nothing of what the node says. */
  static boolean hasLeftNothing(NodeOutcome outcome) {
    return outcome.state() == NodeOutcome.State.FAILED
        && isKnown(outcome)
        && brought(outcome).came() == null;
  }

  /** The server that had the files when the job ended; empty if the result does not say it. */
  static Optional<String> keeper(NodeOutcome outcome) {
    return Optional.ofNullable(brought(outcome)).map(BroughtFiles::server);
  }

  /** How many files the node has sent, and of several servers to which, for people. */
  static String shown(NodeOutcome outcome) {
    return !isKnown(outcome)
        ? "its result does not say how many files"
        : Downloads.files(brought(outcome).files())
            + (hasLeftNothing(outcome)
                ? " by its own account"
                : keeper(outcome).map(name -> ", kept by " + name).orElse(""));
  }

  /** How many files nodes have sent together, for people; without a number if one is not known. */
  static String shown(Collection<NodeOutcome> outcomes) {
    return outcomes.stream().allMatch(FetchClaim::isKnown)
        ? Downloads.files(outcomes.stream().mapToInt(one -> brought(one).files()).sum())
        : "the files";
  }

  private static boolean isKnown(NodeOutcome outcome) {
    return brought(outcome) != null;
  }

  private static BroughtFiles brought(NodeOutcome outcome) {
    return outcome.details().brought();
  }
}

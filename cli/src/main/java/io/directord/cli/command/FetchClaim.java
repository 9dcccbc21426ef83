package io.directord.cli.command;

import io.directord.common.api.NodeOutcome;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a node says that it has sent, held against what has come. */
final class FetchClaim {
  /** The first line of what FETCH says, whether it has succeeded or not. */
  private static final Pattern BROUGHT = Pattern.compile("(\\d{1,9}) files?, .*");

  private FetchClaim() {}

  /**
   * What is missing, for people; empty if nothing is, or if the job has not ended there.
   *
   * @param came number of files that have come, whether they could be written here or not; below 0
   *     if nothing has, which is less than no file
   */
  static Optional<String> missing(NodeOutcome outcome, int came) {
    if (!outcome.state().ended()) {
      return Optional.empty();
    }
    int files = files(outcome);
    if (came < 0 && (files > 0 || outcome.state() == NodeOutcome.State.SUCCEEDED)) {
      return Optional.of(
          "nothing has come, though the node says that it "
              + (files > 0 ? "has sent " + Downloads.files(files) : "has succeeded"));
    }
    return came >= 0 && came < files
        ? Optional.of(
            "only "
                + Downloads.files(came)
                + " came, though the node says that it has sent "
                + files)
        : Optional.empty();
  }

  /** How many files the node says that it has sent. */
  static int files(NodeOutcome outcome) {
    Matcher said = BROUGHT.matcher(outcome.stdout().lines().findFirst().orElse(""));
    return said.matches() ? Integer.parseInt(said.group(1)) : 0;
  }
}

package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FetchClaimTest {
  private static final String OTHERS =
      " of it when the job ended: somebody else has downloaded or removed them, or another server"
          + " leads now";

  @Test
  void whatCameIsWhatWasSent() {
    assertEquals(Optional.empty(), missing("1 file, 3 bytes\n", 1));
    assertEquals(Optional.empty(), missing("2 files, 3 bytes\n", 2));
    assertEquals(Optional.empty(), missing("0 files, 0 bytes\n", 0));
    assertEquals(Optional.empty(), missing("all is well\n", 0));
  }

  @Test
  void whatTheServerHadAndHasNoMoreIsMissing() {
    String nothing = "nothing came from the server, which had ";
    assertEquals(Optional.of(nothing + "1 file" + OTHERS), missing("1 file, 3 bytes\n", -1));
    assertEquals(Optional.of(nothing + "all" + OTHERS), missing("0 files, 0 bytes\n", -1));
    assertEquals(
        Optional.of("only 1 file came from the server, which had 3 files" + OTHERS),
        missing("3 files, 9 bytes\n/etc/x is left out: a link\n", 1));
  }

  @Test
  void ofAFailureTheServerSaysWhatCame() {
    NodeOutcome failed = outcome(NodeOutcome.State.FAILED, Outcome.Reason.ERROR, "");
    assertEquals(Optional.empty(), FetchClaim.missing(failed, -1));
    NodeOutcome partly =
        outcome(NodeOutcome.State.FAILED, Outcome.Reason.ERROR, "2 files, 1 byte\n");
    assertEquals(Optional.of("its info"), FetchClaim.missing(partly, -1));
    assertEquals(Optional.empty(), FetchClaim.missing(partly, 2));
  }

  @Test
  void aNodeThatHasNotEndedSaysNothingYet() {
    NodeOutcome running = outcome(NodeOutcome.State.RUNNING, null, "");
    assertEquals(Optional.empty(), FetchClaim.missing(running, -1));
  }

  private static Optional<String> missing(String stdout, int came) {
    return FetchClaim.missing(outcome(NodeOutcome.State.SUCCEEDED, null, stdout), came);
  }

  private static NodeOutcome outcome(
      NodeOutcome.State state, Outcome.Reason reason, String stdout) {
    return new NodeOutcome(
        "n1",
        state,
        reason,
        "its info",
        new CapturedOutput(stdout, ""),
        RunTimes.NONE,
        RunDetails.NONE);
  }
}

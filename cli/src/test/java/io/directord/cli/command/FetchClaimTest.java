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
  private static final String NOTHING = "nothing has come, though the node says that it has sent ";

  @Test
  void whatCameIsWhatWasSent() {
    assertEquals(Optional.empty(), missing("1 file, 3 bytes\n", 1));
    assertEquals(Optional.empty(), missing("2 files, 3 bytes\n", 2));
    assertEquals(Optional.empty(), missing("0 files, 0 bytes\n", 0));
  }

  @Test
  void nothingCameOfWhatWasSent() {
    assertEquals(Optional.of(NOTHING + "1 file"), missing("1 file, 3 bytes\n", -1));
    String succeeded = "nothing has come, though the node says that it has succeeded";
    assertEquals(Optional.of(succeeded), missing("0 files, 0 bytes\n", -1));
    assertEquals(Optional.of(succeeded), missing("", -1));
    assertEquals(Optional.of(succeeded), missing("all is well\n", -1));
  }

  @Test
  void lessCameThanWasSent() {
    assertEquals(
        Optional.of("only 1 file came, though the node says that it has sent 3"),
        missing("3 files, 9 bytes\n/etc/x is left out: a link\n", 1));
    assertEquals(
        Optional.of("only 0 files came, though the node says that it has sent 1"),
        missing("1 file, 3 bytes\n", 0));
  }

  @Test
  void aNodeThatFailedNeedNotHaveSentAnything() {
    NodeOutcome failed = outcome(NodeOutcome.State.FAILED, Outcome.Reason.ERROR, "");
    assertEquals(Optional.empty(), FetchClaim.missing(failed, -1));
    NodeOutcome partly =
        outcome(NodeOutcome.State.FAILED, Outcome.Reason.ERROR, "2 files, 1 byte\n");
    assertEquals(Optional.of(NOTHING + "2 files"), FetchClaim.missing(partly, -1));
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
        "n1", state, reason, "", new CapturedOutput(stdout, ""), RunTimes.NONE, RunDetails.NONE);
  }
}

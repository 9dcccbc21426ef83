package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.BroughtFiles;
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
    assertEquals(Optional.empty(), missing(1, 1));
    assertEquals(Optional.empty(), missing(2, 2));
    assertEquals(Optional.empty(), missing(0, 0));
  }

  @Test
  void whatTheServerHadAndHasNoMoreIsMissing() {
    String nothing = "nothing came from the server, which had ";
    assertEquals(Optional.of(nothing + "1 file" + OTHERS), missing(1, -1));
    assertEquals(Optional.of(nothing + "all" + OTHERS), missing(0, -1));
    assertEquals(
        Optional.of("only 1 file came from the server, which had 3 files" + OTHERS), missing(3, 1));
  }

  @Test
  void aNodeOfAnEarlierVersionHasSentWhatHasCome() {
    BroughtFiles unsaid = new BroughtFiles(null, 3, null, false);
    NodeOutcome outcome = outcome(NodeOutcome.State.SUCCEEDED, null, unsaid);
    assertEquals(
        Optional.of("only 1 file came from the server, which had 3 files" + OTHERS),
        FetchClaim.missing(outcome, 1));
    assertTrue(FetchClaim.hasSent(outcome));
    assertEquals("3 files", FetchClaim.shown(outcome));
  }

  @Test
  void ofAResultOfAnEarlierServerTheNumberIsNotKnown() {
    NodeOutcome outcome = outcome(NodeOutcome.State.SUCCEEDED, null, null);
    assertEquals(Optional.empty(), FetchClaim.missing(outcome, 0));
    assertEquals(
        Optional.of("nothing came from the server, which had all" + OTHERS),
        FetchClaim.missing(outcome, -1));
    assertTrue(FetchClaim.hasSent(outcome));
    assertEquals("its result does not say how many files", FetchClaim.shown(outcome));
    assertFalse(FetchClaim.hasSent(outcome(NodeOutcome.State.FAILED, Outcome.Reason.LOST, null)));
  }

  @Test
  void ofAFailureTheServerSaysWhatCame() {
    NodeOutcome failed =
        outcome(
            NodeOutcome.State.FAILED,
            Outcome.Reason.ERROR,
            new BroughtFiles(null, null, null, false));
    assertEquals(Optional.empty(), FetchClaim.missing(failed, -1));
    assertFalse(FetchClaim.hasSent(failed));
    NodeOutcome partly =
        outcome(
            NodeOutcome.State.FAILED, Outcome.Reason.ERROR, new BroughtFiles(2, 2, null, false));
    assertEquals(Optional.of("its info"), FetchClaim.missing(partly, -1));
    assertEquals(Optional.empty(), FetchClaim.missing(partly, 2));
    assertFalse(FetchClaim.hasLeftNothing(partly));
    NodeOutcome refuted =
        outcome(
            NodeOutcome.State.FAILED, Outcome.Reason.ERROR, new BroughtFiles(2, null, null, true));
    assertTrue(FetchClaim.hasLeftNothing(refuted));
    assertEquals("2 files by its own account", FetchClaim.shown(refuted));
  }

  @Test
  void aNodeThatHasNotEndedOrHadNothingToDoSaysNothing() {
    NodeOutcome running = outcome(NodeOutcome.State.RUNNING, null, null);
    assertEquals(Optional.empty(), FetchClaim.missing(running, -1));
    NodeOutcome skipped = outcome(NodeOutcome.State.SKIPPED, null, null);
    assertEquals(Optional.empty(), FetchClaim.missing(skipped, -1));
    assertFalse(FetchClaim.hasSent(skipped));
  }

  private static Optional<String> missing(int files, int came) {
    BroughtFiles brought = new BroughtFiles(files, files, null, false);
    return FetchClaim.missing(outcome(NodeOutcome.State.SUCCEEDED, null, brought), came);
  }

  private static NodeOutcome outcome(
      NodeOutcome.State state, Outcome.Reason reason, BroughtFiles brought) {
    return new NodeOutcome(
        "n1",
        state,
        reason,
        "its info",
        new CapturedOutput("7 files, 9 bytes\n", ""),
        RunTimes.NONE,
        RunDetails.NONE.withBrought(brought));
  }
}

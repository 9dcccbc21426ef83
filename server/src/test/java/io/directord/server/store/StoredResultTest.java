package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import java.nio.BufferUnderflowException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredResultTest {
  private static final NodeOutcome EMPTY =
      new NodeOutcome(
          "a",
          NodeOutcome.State.SUCCEEDED,
          null,
          null,
          new CapturedOutput(null, ""),
          new RunTimes(null, null, null, null),
          RunDetails.NONE);

  @Test
  void givesBackEveryResultAsItWas() {
    String text = "\u0000\u001b[0m\n\"\\ é € \ud83d\ude00";
    NodeOutcome outcome = StoredSamples.outcome("b", text);

    assertEquals(outcome, StoredResult.read(StoredResult.write(outcome)));
    assertEquals(EMPTY, StoredResult.read(StoredResult.write(EMPTY)));
  }

  @Test
  void whatWasBroughtIsKeptWithItAndNothingOfOthers() {
    for (BroughtFiles files :
        List.of(
            new BroughtFiles(3, 2, "server-1", true), new BroughtFiles(null, null, null, false))) {
      NodeOutcome outcome =
          new NodeOutcome(
              "a",
              NodeOutcome.State.FAILED,
              Outcome.Reason.ERROR,
              "no",
              CapturedOutput.EMPTY,
              RunTimes.NONE,
              RunDetails.ONE_ATTEMPT.withBrought(files));
      assertEquals(outcome, StoredResult.read(StoredResult.write(outcome)));
    }
    String text = new String(StoredResult.write(EMPTY), StandardCharsets.UTF_8);
    assertFalse(text.contains("brought"), text);
  }

  @Test
  void takesWhatItsOutputTakes() {
    for (String piece : new String[] {"\u0000", "\u001b", "\"", "x", "é", "€", "\ud83d\ude00"}) {
      String text = piece.repeat(10_000);
      NodeOutcome outcome = StoredSamples.outcome("b", text);

      long bytes = StoredResult.bytes(text);
      int rest = StoredResult.write(outcome).length - (int) bytes;
      assertTrue(rest > 0 && rest < 500, piece + " takes " + rest + " bytes more");
      assertTrue(new Change.PutResult(1, 0, outcome).weight() >= bytes + 500);
    }
  }

  @Test
  void readsWhatAnEarlierVersionKeptAsJson() {
    NodeOutcome outcome = StoredSamples.outcome("b", "text\u0000");

    assertEquals(outcome, StoredResult.read(Json.bytes(outcome)));
  }

  @Test
  void whatIsCutShortIsNotAResult() {
    byte[] whole = StoredResult.write(StoredSamples.outcome("b", "text"));

    for (int length = 1; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThrows(BufferUnderflowException.class, () -> StoredResult.read(cut));
    }
  }
}

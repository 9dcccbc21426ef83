package io.directord.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Outcome.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FetchCoordinatorTest {
  private static final Outcome SUCCEEDED = new Outcome.Succeeded("2 files, 3 bytes");
  private static final Outcome FAILED = new Outcome.Failed(Reason.ERROR, "/x: no such file");
  private static final FetchArrival NOTHING = null;

  private String server;

  @Test
  void whatCameWholeIsASuccess() {
    assertEquals(SUCCEEDED, judged(SUCCEEDED, "2 files, 3 bytes\n", came(2)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, "1 file, 3 bytes\n", came(1)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, "0 files, 0 bytes\n", came(0)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, "", came(2)));
  }

  @Test
  void aSuccessOfWhichNothingCameIsNone() {
    String nothing = "nothing has come whole to this server, though the node says that it has ";
    assertEquals(error(nothing + "sent 2 files"), judged(SUCCEEDED, "2 files, 3 bytes", NOTHING));
    assertEquals(error(nothing + "sent 1 file"), judged(SUCCEEDED, "1 file, 3 bytes", NOTHING));
    assertEquals(error(nothing + "succeeded"), judged(SUCCEEDED, "0 files, 0 bytes", NOTHING));
    assertEquals(error(nothing + "succeeded"), judged(SUCCEEDED, "all is well", NOTHING));
    assertEquals(error(nothing + "succeeded"), judged(new Outcome.Skipped(""), "", NOTHING));
  }

  @Test
  void aSuccessOfWhichLessCameIsNone() {
    assertEquals(
        error("only 1 file came whole, though the node says that it has sent 2 files"),
        judged(SUCCEEDED, "2 files, 3 bytes", came(1)));
    assertEquals(
        error("only 0 files came whole, though the node says that it has sent 1 file: it is cut"),
        judged(SUCCEEDED, "1 file, 3 bytes", new FetchArrival(0, "it is cut")));
    assertEquals(
        error("it is cut, though the node says that it has sent 1 file"),
        judged(SUCCEEDED, "1 file, 3 bytes", new FetchArrival(1, "it is cut")));
  }

  @Test
  void aFailureStaysWhatItIsAndSaysWhatOfItIsNotTrue() {
    assertEquals(FAILED, judged(FAILED, "", NOTHING));
    assertEquals(FAILED, judged(FAILED, "0 files, 0 bytes", NOTHING));
    assertEquals(FAILED, judged(FAILED, "1 file, 1 byte", new FetchArrival(1, "/y was not sent")));
    assertEquals(
        error(
            "/x: no such file; nothing has come whole to this server, though the node says that it"
                + " has sent 2 files"),
        judged(FAILED, "2 files, 3 bytes", NOTHING));
  }

  @Test
  void ofSeveralServersTheResultSaysWhichHasTheFiles() {
    server = "server-1";
    assertEquals(
        new Outcome.Succeeded("2 files, 3 bytes; kept by server-1"),
        judged(SUCCEEDED, "2 files, 3 bytes", came(2)));
    assertEquals(
        error("/x: no such file; kept by server-1"), judged(FAILED, "2 files, 3 bytes", came(2)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, "0 files, 0 bytes", came(0)));
    assertEquals(
        error(
            "nothing has come whole to this server, though the node says that it has sent 2 files;"
                + " if another server led when it came, it is there, until that one leads again"),
        judged(SUCCEEDED, "2 files, 3 bytes", NOTHING));
  }

  private static FetchArrival came(int files) {
    return new FetchArrival(files, "");
  }

  private static Outcome error(String info) {
    return new Outcome.Failed(Reason.ERROR, info);
  }

  private Outcome judged(Outcome outcome, String stdout, FetchArrival arrival) {
    Instant now = Instant.EPOCH;
    NodeResult result =
        new NodeResult(UUID.randomUUID(), outcome, stdout, "", Duration.ZERO, now, now);
    return new FetchCoordinator(server).judged(result, arrival);
  }
}

package io.directord.server.coordination;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.BroughtFiles;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class FetchCoordinatorTest {
  private static final Outcome SUCCEEDED = new Outcome.Succeeded("2 files, 3 bytes");
  private static final Outcome FAILED = new Outcome.Failed(Reason.ERROR, "/x: no such file");
  private static final FetchArrival NOTHING = null;

  private Job job = JobJson.read(Json.object().put("verb", "FETCH"));
  private String server;

  @Test
  void whatCameWholeIsASuccess() {
    assertEquals(SUCCEEDED, judged(SUCCEEDED, 2, came(2)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, 1, came(1)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, 0, came(0)));
    assertEquals(new BroughtFiles(2, 2, null, false), brought(SUCCEEDED, 2, came(2)));
  }

  @Test
  void aSuccessOfWhichNothingCameIsNone() {
    String nothing = "nothing has come whole to this server, though the node says that it has ";
    assertEquals(error(nothing + "sent 2 files"), judged(SUCCEEDED, 2, NOTHING));
    assertEquals(error(nothing + "sent 1 file"), judged(SUCCEEDED, 1, NOTHING));
    assertEquals(error(nothing + "succeeded"), judged(SUCCEEDED, 0, NOTHING));
    assertEquals(error(nothing + "succeeded"), judged(new Outcome.Skipped(""), null, NOTHING));
    assertEquals(new BroughtFiles(2, null, null, true), brought(SUCCEEDED, 2, NOTHING));
  }

  @Test
  void aSuccessOfWhichLessCameIsNone() {
    assertEquals(
        error("only 1 file came whole, though the node says that it has sent 2 files"),
        judged(SUCCEEDED, 2, came(1)));
    assertEquals(
        error("only 0 files came whole, though the node says that it has sent 1 file: it is cut"),
        judged(SUCCEEDED, 1, new FetchArrival(0, "it is cut")));
    assertEquals(
        error("it is cut, though the node says that it has sent 1 file"),
        judged(SUCCEEDED, 1, new FetchArrival(1, "it is cut")));
    assertEquals(new BroughtFiles(2, 1, null, true), brought(SUCCEEDED, 2, came(1)));
  }

  @Test
  void aFailureStaysWhatItIsAndSaysWhatOfItIsNotTrue() {
    assertEquals(FAILED, judged(FAILED, null, NOTHING));
    assertEquals(FAILED, judged(FAILED, 0, NOTHING));
    assertEquals(FAILED, judged(FAILED, 1, new FetchArrival(1, "/y was not sent")));
    assertEquals(
        error(
            "/x: no such file; nothing has come whole to this server, though the node says that it"
                + " has sent 2 files"),
        judged(FAILED, 2, NOTHING));
    assertEquals(new BroughtFiles(2, null, null, false), brought(FAILED, 2, NOTHING));
    assertEquals(new BroughtFiles(null, null, null, false), brought(FAILED, null, NOTHING));
  }

  /** Its first line of output is for people. */
  @Test
  void aNodeOfAnEarlierVersionDoesNotSayHowManyFilesItHasSent() {
    assertEquals(SUCCEEDED, judged(SUCCEEDED, null, came(1)));
    assertEquals(new BroughtFiles(null, 1, null, false), brought(SUCCEEDED, null, came(1)));
    assertEquals(
        error("it is cut, though the node says that it has succeeded"),
        judged(SUCCEEDED, null, new FetchArrival(1, "it is cut")));
    assertEquals(
        error("nothing has come whole to this server, though the node says that it has succeeded"),
        judged(SUCCEEDED, null, NOTHING));
  }

  /** It has nothing to follow. */
  @Test
  void oneThatWaitsForAChangeMayBeSkipped() {
    ObjectNode json = Json.object().put("verb", "FETCH");
    json.putArray("when_changed").add("config");
    job = JobJson.read(json);
    Outcome skipped = new Outcome.Skipped("nothing has changed");
    assertEquals(skipped, judged(skipped, null, NOTHING));
    assertNull(brought(skipped, null, NOTHING));
  }

  @Test
  void ofSeveralServersTheResultSaysWhichHasTheFiles() {
    server = "server-1";
    assertEquals(
        new Outcome.Succeeded("2 files, 3 bytes; kept by server-1"), judged(SUCCEEDED, 2, came(2)));
    assertEquals(error("/x: no such file; kept by server-1"), judged(FAILED, 2, came(2)));
    assertEquals(SUCCEEDED, judged(SUCCEEDED, 0, came(0)));
    assertEquals(
        error(
            "nothing has come whole to this server, though the node says that it has sent 2 files;"
                + " if another server led when it came, it is there, until that one leads again"),
        judged(SUCCEEDED, 2, NOTHING));
    assertEquals(new BroughtFiles(2, 2, server, false), brought(SUCCEEDED, 2, came(2)));
    assertEquals(new BroughtFiles(2, 1, server, true), brought(SUCCEEDED, 2, came(1)));
    assertEquals(
        new Outcome.Succeeded("2 files, 3 bytes"), judged(SUCCEEDED, 2, came(2).withAll()));
    assertEquals(new BroughtFiles(2, 2, null, false), brought(SUCCEEDED, 2, came(2).withAll()));
    assertEquals(new BroughtFiles(0, 0, null, false), brought(SUCCEEDED, 0, came(0)));
    assertEquals(new BroughtFiles(2, null, null, true), brought(SUCCEEDED, 2, NOTHING));
  }

  private static FetchArrival came(int files) {
    return new FetchArrival(files, "");
  }

  private static Outcome error(String info) {
    return new Outcome.Failed(Reason.ERROR, info);
  }

  private Outcome judged(Outcome outcome, Integer said, FetchArrival arrival) {
    return result(outcome, said, arrival).outcome();
  }

  private BroughtFiles brought(Outcome outcome, Integer said, FetchArrival arrival) {
    return result(outcome, said, arrival).details().brought();
  }

  private NodeResult result(Outcome outcome, Integer said, FetchArrival arrival) {
    Instant now = Instant.EPOCH;
    RunDetails details =
        RunDetails.ONE_ATTEMPT.withBrought(said == null ? null : BroughtFiles.said(said));
    NodeResult result =
        new NodeResult(job.id(), outcome, "7 files, 9 bytes\n", "", Duration.ZERO, now, now)
            .with(outcome, details);
    return new FetchCoordinator(server).judged(job, result, arrival);
  }
}

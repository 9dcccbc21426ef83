package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Caller;
import io.directord.server.access.Permission;
import io.directord.server.access.Rights;
import io.directord.server.audit.AuditLog;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AuditorTest {
  private static final int FLOOD = 500;

  @TempDir Path directory;

  private AuditLog log;
  private Auditor auditor;
  private final EmbeddedChannel connection = new EmbeddedChannel();

  @BeforeEach
  void open() {
    log = ApiFixture.audit(directory.resolve("audit"));
    auditor = new Auditor(log);
    Callers.accepted(connection, new Caller("ada", false, Rights.NONE));
  }

  @AfterEach
  void close() throws IOException {
    connection.close();
    log.close();
  }

  private void refuse(HttpResponseStatus status, String action) {
    auditor.refused(
        connection, action, new ApiProblem(status, ErrorCode.NO_PERMISSION, "you may not"));
  }

  private List<JsonNode> lines() throws IOException {
    return log.read(Instant.EPOCH, line -> true, 10_000).lines();
  }

  /** All are either there, or counted in the line that tells of the others. */
  private void wereCounted(String who) throws IOException {
    connection.advanceTimeBy(11, TimeUnit.SECONDS);
    connection.runScheduledPendingTasks();
    List<JsonNode> lines = lines();
    assertTrue(lines.size() < FLOOD / 2, "lines: " + lines.size());
    JsonNode last = lines.get(lines.size() - 1);
    assertEquals(who, last.path("who").asString());
    assertFalse(last.path("allowed").asBoolean());
    assertEquals(
        (FLOOD - lines.size() + 1) + " more requests in 10 seconds",
        last.path("action").asString());
  }

  @Test
  void aFloodOfRefusedRequestsIsCountedAndDoesNotPushOutTheRest() throws Exception {
    for (int i = 0; i < FLOOD; i++) {
      refuse(HttpResponseStatus.FORBIDDEN, "POST /v1/jobs");
    }
    wereCounted("ada");
  }

  @Test
  void whatWasCountedIsRecordedWhenTheServerEnds() throws Exception {
    for (int i = 0; i < FLOOD; i++) {
      refuse(HttpResponseStatus.FORBIDDEN, "POST /v1/jobs");
    }
    auditor.stop();
    wereCounted("ada");
  }

  @Test
  void strangersFromManyAddressesShareOneRate() throws Exception {
    for (int i = 0; i < FLOOD; i++) {
      Callers.accepted(connection, new Caller("10.0.0." + i, false, Rights.NONE));
      refuse(HttpResponseStatus.UNAUTHORIZED, "GET /");
    }
    wereCounted("strangers");
  }

  @Test
  void whoSendsAWrongTokenIsNotTakenForTheLastCallerOfTheConnection() throws Exception {
    Callers.set(connection, new Caller("token:ci", false, Rights.NONE));
    refuse(HttpResponseStatus.UNAUTHORIZED, "GET /");
    assertEquals("ada", lines().get(0).path("who").asString());
  }

  @Test
  void aLongPathThatIsRefusedIsCut() throws Exception {
    refuse(HttpResponseStatus.FORBIDDEN, "POST /" + "x".repeat(290));
    assertEquals(103, lines().get(0).path("action").asString().length());
  }

  @Test
  void manyAndLongVerbsAreCutAndAnyTextCanBeWritten() throws Exception {
    AuditNote note = new AuditNote();
    note.verbs(IntStream.range(0, 200).mapToObj(i -> "\ud800" + "V".repeat(5000) + i).toList());
    List<String> verbs = note.subject(null).verbs();
    assertEquals(51, verbs.size());
    assertEquals("150 more", verbs.get(50));
    assertTrue(verbs.get(0).startsWith("?V"));
    assertEquals(103, verbs.get(0).length());
  }

  @Test
  void whileNothingCanBeRecordedJobsCanBeCancelledButNotSubmitted() throws Exception {
    AuditLog broken = ApiFixture.audit(directory.resolve("broken"));
    broken.close();
    Auditor withoutLog = new Auditor(broken);
    for (int i = 0; i < 3; i++) {
      withoutLog.oneShot(connection, Permission.CANCEL, null);
    }
    ApiProblem why =
        assertThrows(
            ApiProblem.class, () -> withoutLog.oneShot(connection, Permission.SUBMIT, null));
    assertEquals(HttpResponseStatus.SERVICE_UNAVAILABLE, why.status());
  }
}

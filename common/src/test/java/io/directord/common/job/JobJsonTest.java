package io.directord.common.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.json.Json;
import io.directord.common.validation.InvalidException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class JobJsonTest {
  private static final UUID ID = UUID.fromString("e8e0ed94-c59a-4869-9161-80c265230822");
  private static final UUID PARENT = UUID.fromString("9c64a61e-268b-477c-bae3-06f271293727");

  @Test
  void aTraceTravelsWithTheJobAndDoesNotChangeWhatItIs() {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    Job plain = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));

    Job traced = Traceparent.of(List.of(plain), trace).get(0);

    assertEquals(trace, JobJson.write(traced).path("traceparent").asString());
    assertEquals(traced, JobJson.read(JobJson.write(traced)));
    assertEquals(plain.fingerprint(), traced.fingerprint());
    assertEquals(trace, traced.forNodes().options().traceparent());
    assertEquals(trace, traced.withLinks(JobLinks.NONE).options().traceparent());
    assertEquals(List.of(traced), Traceparent.of(List.of(traced), trace.replace('7', '8')));
    for (String none :
        new String[] {
          null,
          "",
          "00-1-2-01",
          trace + "0",
          trace.toUpperCase(Locale.ROOT),
          "ff" + trace.substring(2)
        }) {
      assertEquals(List.of(plain), Traceparent.of(List.of(plain), none));
    }
    var wrong = Json.object().put("verb", "RUN").put("command", "true").put("traceparent", "x");
    assertThrows(InvalidException.class, () -> JobJson.read(wrong));
  }

  @Test
  void aJobIsReadAsItWasWritten() {
    Job full =
        new Job(
            ID,
            "f1",
            new Parent(PARENT, "p1", "First parent", true),
            "say one",
            new JobDefinition(
                "RUN",
                Json.object().put("no_block", false).put("command", "echo one"),
                Duration.ofMillis(2500),
                true,
                "out",
                "err"),
            new JobOptions(true, true, true),
            List.of("b", "a"));
    assertEquals(full, JobJson.read(JobJson.write(full)));
    Job bare =
        new Job(
            ID,
            "f1",
            new Parent(ID, null, null, false),
            null,
            new JobDefinition("RUN", Json.object(), Job.DEFAULT_TIMEOUT),
            JobOptions.NONE,
            List.of());
    assertEquals(bare, JobJson.read(JobJson.write(bare)));
  }

  @Test
  void theOriginalsJobIsRead() {
    Job job =
        JobJson.read(
            json(
                "{'verb': 'RUN', 'no_block': false, 'retry': 1, 'command': 'echo hello; echo warn"
                    + " >&2', 'timeout': 600, 'run_once': false, 'job_sha3_224':"
                    + " 'd888308aeb2cf83d3158845af46e7eb77e6156e2d27877df90932e37', 'return_raw':"
                    + " true, 'skip_cache': false, 'job_id':"
                    + " 'e8e0ed94-c59a-4869-9161-80c265230822', 'parent_id':"
                    + " 'e8e0ed94-c59a-4869-9161-80c265230822'}"));
    assertEquals(ID, job.id());
    assertEquals(ID, job.parent().id());
    assertEquals(
        "{\"no_block\":false,\"retry\":1,\"command\":\"echo hello; echo warn >&2\"}",
        job.arguments().toString());
  }

  @Test
  void onlyTheVerbMustBeThere() {
    Job job = JobJson.read(json("{'verb': 'run', 'command': 'true'}"));
    assertEquals("RUN", job.verb());
    assertEquals(job.id(), job.parent().id());
    assertEquals(56, job.fingerprint().length());
    assertEquals(Job.DEFAULT_TIMEOUT, job.timeout());
  }

  @Test
  void aJobThatIsNotToBeRunHasNoVerbWhereAnOlderVersionLooksForIt() {
    String json =
        "{'dry_run': {'verb': 'run', 'diff': true, 'run': 'e8e0ed94-c59a-4869-9161-80c265230822'},"
            + " 'command': 'true'}";
    Job job = JobJson.read(json(json));
    assertEquals("RUN", job.verb());
    assertEquals(new DryRun(ID, true), job.options().dryRun());
    ObjectNode written = JobJson.write(job);
    assertFalse(written.has("verb"), written::toString);
    assertEquals(job, JobJson.read(written));
    assertEquals("RUN", JobJson.verb(written));
    assertEquals(
        JobJson.read(json("{'verb': 'RUN', 'command': 'true'}")).fingerprint(), job.fingerprint());
    Job alone = JobJson.read(json("{'dry_run': {'verb': 'RUN'}}"));
    assertEquals(new DryRun(alone.parent().id(), false), alone.options().dryRun());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'dry_run': true, 'verb': 'RUN'}",
        "{'dry_run': {'verb': 'RUN'}, 'verb': 'RUN'}",
        "{'dry_run': {}}",
        "{'dry_run': {'verb': 1}}",
        "{'dry_run': {'verb': 'RUN', 'diff': 1}}",
        "{'dry_run': {'verb': 'RUN', 'run': 'x'}}",
        "{'dry_run': {'verb': 'RUN', 'dif': true}}",
      })
  void anErrorInADryRunIsRefused(String json) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> JobJson.read(json(json)));
    assertTrue(e.getMessage().matches("(?s)(dry_run|verb).*: .+"), e.getMessage());
  }

  @Test
  void aTimeoutIsNeverRoundedToNothing() {
    assertEquals(
        Duration.ofMillis(1), JobJson.read(json("{'verb': 'RUN', 'timeout': 1e-9}")).timeout());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'verb': ''}",
        "{'verb': 1}",
        "{'verb': 'RUN', 'timeout': 'soon'}",
        "{'verb': 'RUN', 'timeout': 0}",
        "{'verb': 'RUN', 'timeout': -1}",
        "{'verb': 'RUN', 'timeout': 1e300}",
        "{'verb': 'RUN', 'timeout': []}",
        "{'verb': 'RUN', 'job_id': 'x'}",
        "{'verb': 'RUN', 'parent_id': 5}",
        "{'verb': 'RUN', 'targets': {}}",
        "{'verb': 'RUN', 'targets': [1]}",
        "{'verb': 'RUN', 'skip_cache': 'yes'}",
        "{'verb': 'RUN', 'job_name': ['a']}",
      })
  void anErrorNamesItsKey(String json) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> JobJson.read(json(json)));
    assertTrue(e.getMessage().matches("[a-z_]+: .+"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"9", "-9", "9e", "1e9"})
  void aNumberOfAnyLengthIsRefusedInAFewWords(String begin) {
    String timeout = begin + "9".repeat(begin.contains("e") ? 9 : 900);
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> JobJson.read(json("{'verb': 'RUN', 'timeout': " + timeout + "}")));
    assertTrue(e.getMessage().startsWith("timeout: seconds above 0, and at most 1000000000"));
    assertTrue(e.getMessage().length() < 200, e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "[' ']", "['a', '']", "null", "[null]", "['a', null]"})
  void emptyTargetsDoNotStandForEveryNode(String targets) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> JobJson.read(json("{'verb': 'RUN', 'targets': " + targets + "}")));
    assertTrue(e.getMessage().contains("leave targets out for every node"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"'a'", "''", "7", "{'a': 1}"})
  void targetsAreAList(String targets) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> JobJson.read(json("{'verb': 'RUN', 'targets': " + targets + "}")));
    assertTrue(
        e.getMessage()
            .startsWith("targets: a list of nodes is expected, such as [\"web-1\"], not "),
        e.getMessage());
  }

  private static ObjectNode json(String json) {
    return Json.read(json.replace('\'', '"'), ObjectNode.class);
  }
}

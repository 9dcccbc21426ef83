package io.directord.legacy.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.component.SourceFile;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.server.access.Permission;
import io.directord.server.api.ApiFixture;
import io.directord.server.api.RawHttp;
import io.directord.server.api.SampleViews;
import io.directord.server.dispatch.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What the original's library sends, and what it reads of the answer. */
@Timeout(300)
class DialectTest {
  private static final String FINGERPRINT =
      "d888308aeb2cf83d3158845af46e7eb77e6156e2d27877df90932e37";

  @TempDir Path directory;
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
  }

  @Test
  void aJobIsTakenUnderTheIdThatIsAnswered() throws Exception {
    String id = say(run().put("return_raw", true));
    Job job = api.dispatch.jobs.get(UUID.fromString(id));
    assertEquals("RUN", job.verb());
    assertEquals("echo hello", job.arguments().get("command").stringValue());
    assertEquals(FINGERPRINT, job.fingerprint());
    assertEquals(job.id(), job.parent().id());
    assertEquals(System.getProperty("user.name"), api.dispatch.submittedBy.get(job.id()));
  }

  @Test
  void whoDoesNotFollowIsAnsweredASentence() throws Exception {
    String answer = say(run());
    String id = answer.substring("Job received. Task ID: ".length());
    assertTrue(api.dispatch.jobs.containsKey(UUID.fromString(id)), answer);
  }

  @Test
  void nodesThatAreThereAreListed() throws Exception {
    api.dispatch.nodes.add(
        SampleViews.node("node-c", io.directord.common.api.NodeView.State.EXPIRED));
    JsonNode nodes = manage("list_nodes", null);
    assertEquals(2, nodes.size());
    assertEquals("node-a", nodes.get(0).get(0).stringValue());
    JsonNode first = nodes.get(0).get(1);
    assertEquals("node-a", first.get("identity").stringValue());
    assertEquals("machine-of-node-a", first.get("machine_id").stringValue());
    assertEquals("3:00:00", first.get("host_uptime").stringValue());
    assertEquals("0:00:01.500000", first.get("agent_uptime").stringValue());
    assertEquals(170.0, first.get("expiry").doubleValue());
  }

  @Test
  void jobInfoHasTheOriginalsKeys() throws Exception {
    String id = say(run().put("return_raw", true).put("job_name", "greeting"));
    JsonNode info = manage("job_info", id).get(0).get(1);
    assertEquals(
        List.of(
            "_createtime",
            "_executiontime",
            "_lasttime",
            "_processing",
            "_roundtripltime",
            "job_id",
            "JOB_DEFINITION",
            "JOB_SHA3_224",
            "JOB_NAME",
            "PARENT_JOB_ID",
            "PARENT_JOB_NAME",
            "VERB",
            "COMPONENT_TIMESTAMP",
            "INFO",
            "PROCESSING",
            "RETURN_TIMESTAMP",
            "STDERR",
            "STDOUT",
            "ROUNDTRIP_TIME",
            "EXECUTION_TIME",
            "_nodes",
            "SUCCESS",
            "FAILED"),
        List.copyOf(info.propertyNames()));
    assertEquals("greeting", info.get("JOB_NAME").stringValue());
    assertEquals("\u0016", info.get("PROCESSING").stringValue());
    assertEquals("hello", info.get("STDOUT").get("node-a").stringValue());
    assertTrue(info.get("STDERR").get("node-a").isNull());
    assertEquals("\u0015", info.get("_processing").get("node-a").stringValue());
    assertEquals("\u0000", info.get("_processing").get("node-b").stringValue());
    assertEquals("[\"node-a\",\"node-b\"]", info.get("_nodes").toString());
    assertEquals("[\"node-a\"]", info.get("FAILED").toString());
    assertEquals(0.012, info.get("_executiontime").get("node-a").doubleValue());
    assertEquals("0.00600000", info.get("EXECUTION_TIME").stringValue());
    assertEquals(info.get("job_id"), manage("job_info", "last").get(0).get(1).get("job_id"));
    assertEquals("last", manage("job_info", "last").get(0).get(0).stringValue());
  }

  @Test
  void allJobsAreListedWithTheirResults() throws Exception {
    assertEquals("[]", manage("list_jobs", null).toString());
    for (int i = 0; i < 300; i++) {
      say(run());
    }
    JsonNode jobs = manage("list_jobs", null);
    assertEquals(300, jobs.size());
    assertEquals(jobs.get(7).get(0), jobs.get(7).get(1).get("job_id"));
  }

  @Test
  void aListWithoutJobsThatCouldNotBeReadIsNotTakenForWhole() throws Exception {
    say(run());
    ObjectNode list = Json.object();
    list.set("manage", Json.object().putNull("list_jobs"));
    api.dispatch.jobRefusal =
        new RefusedException(RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "purged");
    assertEquals("[]", say(list));

    api.dispatch.jobRefusal =
        new RefusedException(RefusedException.Kind.FULL, ErrorCode.SERVER_BUSY, "too many");

    assertEquals("", say(list));
  }

  @ParameterizedTest
  @ValueSource(strings = {"00000000-0000-0000-0000-000000000000", "no id", "last"})
  void whatIsNotThereIsAnEmptyList(String id) throws Exception {
    assertEquals("[]", manage("job_info", id).toString());
  }

  /** Who narrows a request must not get one that is for everything. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"manage\":{\"purge_nodes\":\"node-a\"}}",
        "{\"manage\":{\"purge_nodes\":false}}",
        "{\"manage\":{\"purge_jobs\":\"last\"}}",
        "{\"manage\":{\"purge_jobs\":{}}}",
        "{\"manage\":{\"list_nodes\":null,\"purge_nodes\":null}}",
        "{\"manage\":{\"purge_jobs\":null},\"verb\":\"RUN\",\"command\":\"true\"}",
        "{\"manage\":{\"job_info\":null}}",
        "{\"manage\":{}}"
      })
  void whatWouldNotCountIsRefused(String request) throws Exception {
    say(run());
    assertEquals("{\"failed\":true}", say((ObjectNode) Json.mapper().readTree(request)));
    assertEquals(2, api.dispatch.nodes.size());
    assertEquals(1, api.dispatch.jobs.size());
  }

  @Test
  void jobsAndNodesArePurged() throws Exception {
    say(run());
    assertEquals("{\"success\":true}", manage("purge_jobs", null).toString());
    assertEquals("{\"success\":true}", manage("purge_nodes", null).toString());
    assertTrue(api.dispatch.jobs.isEmpty());
    assertTrue(api.dispatch.nodes.isEmpty());
    assertEquals("{\"failed\":true}", manage("drop_all", null).toString());
  }

  @Test
  void aRefusedJobLooksLikeAFailedOneToWhoFollowsIt() throws Exception {
    ObjectNode dnf = run().put("verb", "NONE");
    String refused = say(dnf);
    assertTrue(
        refused.startsWith("Job refused: verb: unknown verb NONE; the verbs are ADD, APT, "),
        refused);
    String id = say(dnf.put("return_raw", true));
    JsonNode info = manage("job_info", id).get(0).get(1);
    assertEquals("\u0015", info.get("PROCESSING").stringValue());
    assertEquals(
        refused.substring("Job refused: ".length()),
        info.get("STDERR").get("directord-server").stringValue());
  }

  @Test
  void aJobThatRestrictLeavesOutHasSucceededNowhere() throws Exception {
    ObjectNode job = run().put("return_raw", true);
    job.set("restrict", Json.tree(List.of("another fingerprint")));
    JsonNode info = manage("job_info", say(job)).get(0).get(1);
    assertTrue(api.dispatch.jobs.isEmpty());
    assertEquals("\u0004", info.get("PROCESSING").stringValue());
    assertEquals("[]", info.get("_nodes").toString());
    assertEquals("[]", info.get("SUCCESS").toString());

    job.set("restrict", Json.tree(List.of("another", FINGERPRINT)));
    assertTrue(api.dispatch.jobs.containsKey(UUID.fromString(say(job))));
  }

  @Test
  void filesAreTakenIntoTheStoreAsTheyAreNow() throws Exception {
    Path one = Files.writeString(directory.resolve("one"), "1");
    Path two = Files.writeString(directory.resolve("two"), "22");
    Job job = submitted(copy("/etc/app", one, two).put("mode", 416));
    List<SourceFile> files = SourceFile.in(job);
    assertEquals(List.of("/etc/app/one", "/etc/app/two"), files.stream().map(f -> f.to()).toList());
    assertEquals(sha256("22"), files.get(1).sha256());
    assertEquals(2, files.get(1).size());
    assertTrue(api.contents.renew(sha256("1")));
    assertFalse(job.arguments().has("from"), job.arguments().toString());
    assertEquals(416, job.arguments().get("mode").intValue());

    assertEquals("/etc/x", SourceFile.in(submitted(copy("/etc/x", one))).get(0).to());
    assertEquals("/etc/x/one", SourceFile.in(submitted(copy("/etc/x/", one))).get(0).to());
  }

  @Test
  void aFileWithOtherContentIsOtherWork() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "before");
    Job before = submitted(copy("/etc/file", file));
    Files.writeString(file, "after");
    assertFalse(before.fingerprint().equals(submitted(copy("/etc/file", file)).fingerprint()));
  }

  @Test
  void aFileThatIsNotThereIsSaidToBeMissing() throws Exception {
    assertEquals(
        "Job refused: from: there is no file " + directory.resolve("none"),
        say(copy("/x", directory.resolve("none"))));
    assertEquals("Job refused: from: " + directory + " is not a file", say(copy("/x", directory)));
  }

  @Test
  void aRequestMayComeInPieces() throws Exception {
    byte[] request = Json.bytes(run().put("command", "echo '}{' \"\\\"}\" äß"));
    try (RawHttp line = api.raw()) {
      for (byte one : request) {
        line.send(new byte[] {one});
      }
      assertTrue(line.readAll().startsWith("Job received."));
    }
    Job job = api.dispatch.jobs.values().iterator().next();
    assertEquals("echo '}{' \"\\\"}\" äß", job.arguments().get("command").stringValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}}", "{\"manage\": 1}", "{\"manage\": {}}", "{nonsense}", "{]", "{\u0000}"})
  void whatMakesNoSenseIsAnsweredAndHarmsNobody(String text) throws Exception {
    try (RawHttp line = api.raw()) {
      assertFalse(line.send(text).readAll().isEmpty());
    }
    assertEquals(2, manage("list_nodes", null).size());
  }

  @Test
  void aRequestWithoutEndIsCutOff() throws Exception {
    try (RawHttp line = api.raw()) {
      line.send("{\"verb\": \"");
      byte[] much = "x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 30; i++) {
        line.send(much);
      }
      line.send("\"}");
      assertTrue(line.readAll().startsWith("the request takes more memory than"));
    } catch (IOException e) {
      // Closed while it was still being sent: cut off as well.
      assertTrue(String.valueOf(e.getMessage()).matches("(?s).*(pipe|reset).*"), e.toString());
    }
    assertEquals(2, manage("list_nodes", null).size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"manage\":", "{\"verb\": \"RU", "[1", "\"list"})
  void whoFallsSilentInTheMiddleIsToldSo(String begin) throws Exception {
    api.close();
    api = ApiFixture.withLittleTime(directory);
    try (RawHttp line = api.raw()) {
      assertEquals("The rest of the request did not come.", line.send(begin).readAll());
    }
  }

  @Test
  void whyAJobWasEndedStandsWhereTheOriginalsProgramsLookForIt() throws Exception {
    String id = submitted(run()).id().toString();
    api.dispatch.results =
        List.of(
            failed("a", Outcome.Reason.TIMEOUT, ""),
            failed("b", Outcome.Reason.TIMEOUT, "began\n"),
            failed("c", Outcome.Reason.LOST, ""),
            failed("d", Outcome.Reason.ERROR, ""),
            failed("e", Outcome.Reason.ERROR, "said\n"),
            failed("f", Outcome.Reason.ERROR, "", "exit status 3: false"));

    JsonNode stderr = manage("job_info", id).get(0).get(1).get("STDERR");

    assertEquals("Timeout encountered", stderr.get("a").stringValue());
    assertEquals("began\nTimeout encountered", stderr.get("b").stringValue());
    assertEquals("why", stderr.get("c").stringValue());
    assertEquals("why", stderr.get("d").stringValue());
    assertEquals("said", stderr.get("e").stringValue());
    assertTrue(stderr.get("f").isNull());
  }

  private static NodeOutcome failed(String node, Outcome.Reason reason, String stderr) {
    return failed(node, reason, stderr, "why");
  }

  private static NodeOutcome failed(
      String node, Outcome.Reason reason, String stderr, String info) {
    return new NodeOutcome(
        node,
        NodeOutcome.State.FAILED,
        reason,
        info,
        new CapturedOutput("", stderr),
        new RunTimes(Duration.ZERO, Duration.ZERO, SampleViews.NOW, SampleViews.NOW),
        RunDetails.NONE);
  }

  @Test
  void outputThatIsTooMuchForAllNodesTogetherIsShortened() throws Exception {
    String id = submitted(run()).id().toString();
    String output = "x".repeat(1_000_000) + "😀";
    api.dispatch.results =
        IntStream.range(0, 4).mapToObj(i -> SampleViews.answered("n" + i, output)).toList();
    assertEquals(output, stdout(id).get("n3").stringValue());

    api.dispatch.results =
        IntStream.range(0, 40).mapToObj(i -> SampleViews.answered("n" + i, output)).toList();
    String said = stdout(id).get("n39").stringValue();
    assertTrue(said.length() < 250_000, "length " + said.length());
    assertTrue(said.contains(" characters left out here; directord manage --job-info has them"));
    assertTrue(said.startsWith("xxx") && said.endsWith("x😀"));
  }

  private JsonNode stdout(String id) throws IOException {
    return manage("job_info", id).get(0).get(1).get("STDOUT");
  }

  private static ObjectNode run() {
    return Json.object()
        .put("verb", "RUN")
        .put("no_block", false)
        .put("retry", 1)
        .put("command", "echo hello")
        .put("timeout", 600)
        .put("run_once", false)
        .put("job_sha3_224", FINGERPRINT)
        .put("return_raw", false)
        .put("skip_cache", false);
  }

  private static ObjectNode copy(String to, Path... from) {
    ObjectNode copy = run().put("verb", "COPY").put("to", to).put("blueprint", false);
    copy.remove(List.of("command", "no_block", "retry"));
    copy.set("from", Json.tree(List.of(from).stream().map(Path::toString).toList()));
    return copy;
  }

  @Test
  void aJobOfAUserDefinedVerbGetsTheDefinitionThatTheServerHas() throws Exception {
    Path components = Files.createDirectories(directory.resolve("components"));
    Files.writeString(
        components.resolve("greet.yaml"),
        "description: A test.\noperands: {text: {type: rest}}\nscript: echo \"$ARG_TEXT\"\n");
    ObjectNode said = run().put("verb", "GREET").put("text", "hello");
    said.remove(List.of("no_block", "retry", "command"));
    Job job = submitted(said);
    assertEquals("hello", job.arguments().get("text").asString());
    assertEquals(List.of(), List.copyOf(api.contents.missing(job, null)));
    assertNotEquals(FINGERPRINT, job.fingerprint(), "it must change with the script");
    assertNull(job.arguments().get("return_raw"));
  }

  private Job submitted(ObjectNode job) throws IOException {
    return api.dispatch.jobs.get(UUID.fromString(say(job.put("return_raw", true))));
  }

  private JsonNode manage(String what, String value) throws IOException {
    ObjectNode request = Json.object();
    request.set("manage", Json.object().put(what, value));
    return Json.mapper().readTree(say(request));
  }

  /** What the library does: it keeps its end open, and reads until the server closes. */
  @ParameterizedTest
  @CsvSource({
    "list_nodes, READ_NODES",
    "list_jobs, READ_JOBS",
    "job_info, READ_JOBS",
    "purge_nodes, MANAGE_NODES",
    "purge_jobs, PURGE"
  })
  void whatTheCallerMayNotDoIsRefusedWithASentence(String word, Permission needed)
      throws Exception {
    api.close();
    api = ApiFixture.with(directory, (caller, permission) -> permission != needed);
    String said = say(Json.object().set("manage", Json.object().putNull(word)));
    assertEquals(
        "user "
            + System.getProperty("user.name")
            + " may not "
            + needed.text()
            + " here; nothing was done. Whoever runs the server can allow it",
        said);
    assertEquals(2, api.dispatch.nodes.size());
  }

  @Test
  void whoMayNotSubmitIsToldSoAndNothingIsSubmitted() throws Exception {
    api.close();
    api = ApiFixture.with(directory, (caller, permission) -> permission != Permission.SUBMIT);
    String said = say(run().put("return_raw", true));
    assertTrue(said.contains(" may not submit jobs here; nothing was done."), said);
    assertTrue(api.dispatch.jobs.isEmpty());
    assertEquals(2, manage("list_nodes", null).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[1]|A JSON object is expected.",
        "[]|A JSON object is expected.",
        "\"list_nodes\"|A JSON object is expected.",
        "{]|This JSON cannot be used: ",
        "{\"verb\": x}|This JSON cannot be used: "
      })
  void whatIsNotARequestGetsASentence(String said, String sentence) throws Exception {
    try (RawHttp line = api.raw()) {
      String answer = line.send(said).readAll();
      assertTrue(answer.startsWith(sentence), answer);
    }
  }

  private String say(ObjectNode request) throws IOException {
    try (RawHttp line = api.raw()) {
      return line.send(Json.bytes(request)).readAll();
    }
  }

  private static String sha256(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}

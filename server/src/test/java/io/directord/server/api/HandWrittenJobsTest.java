package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.SourceFile;
import io.directord.common.job.Job;
import io.directord.common.json.Json;
import io.directord.verbs.external.Facts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Jobs of user-defined verbs that nobody has planned. */
@Timeout(300)
class HandWrittenJobsTest {
  @TempDir Path directory;
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
    define("echo", "operands: {echo: {type: rest}}\nscript: echo \"$ARG_ECHO\"\n");
  }

  @Test
  void oneThatIsPostedGetsTheDefinitionThatTheServerHas() throws Exception {
    Job job = posted("{\"verb\": \"echo\", \"echo\": \"hello\", \"targets\": [\"node-a\"]}");
    assertEquals("ECHO", job.verb());
    assertEquals(List.of("node-a"), job.targets());
    assertEquals("hello", job.arguments().get("echo").asString());
    assertEquals(new Facts(true, null, null, false), Facts.of(job.arguments()));
    assertEquals(1, SourceFile.in(job).size());
    assertEquals(List.of(), List.copyOf(api.contents.missing(job, null)));
  }

  @Test
  void theTraceOfARequestIsThatOfItsJobs() throws Exception {
    String trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    String body = "{\"jobs\": [{\"verb\": \"RUN\", \"command\": \"true\"}]}";
    for (String given : List.of(trace, "nonsense")) {
      api.dispatch.jobs.clear();
      String head =
          "POST /v1/jobs HTTP/1.1\r\nTraceparent: "
              + given
              + "\r\nContent-Type: application/json\r\nContent-Length: "
              + body.length();
      assertTrue(api.ask(head, body).startsWith("HTTP/1.1 202 "));
      Job job = api.dispatch.jobs.values().iterator().next();
      assertEquals(given.equals(trace) ? trace : null, job.options().traceparent());
    }
  }

  @Test
  void aChangedDefinitionIsSeenAtOnceAndMakesOtherWork() throws Exception {
    Job first = posted("{\"verb\": \"ECHO\", \"echo\": \"hello\"}");
    assertEquals(
        first.fingerprint(), posted("{\"verb\": \"ECHO\", \"echo\": \"hello\"}").fingerprint());
    define("echo", "operands: {echo: {type: rest}}\nscript: echo \"it says $ARG_ECHO\"\n");
    Job second = posted("{\"verb\": \"ECHO\", \"echo\": \"hello\"}");
    assertNotEquals(first.fingerprint(), second.fingerprint());
    assertEquals(List.of(), List.copyOf(api.contents.missing(second, null)));
  }

  @Test
  void onesThatMakeNoSenseAreRefusedAllTogether() throws Exception {
    define("broken", "options:\n  a: {tpye: text}\nscript: 'true'\n");
    String answer =
        post(
            "/v1/jobs",
            "{\"jobs\": [{\"verb\": \"ECHO\", \"text\": \"x\"}, {\"verb\": \"ECOH\"},"
                + " {\"verb\": \"BROKEN\"}]}");
    assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
    String detail = body(answer).get("detail").asString();
    assertTrue(detail.contains("jobs[0].text: unknown key of ECHO; it knows echo"), detail);
    assertTrue(
        detail.contains("jobs[1].verb: unknown verb ECOH (did you mean ECHO?); the verbs are"),
        detail);
    assertTrue(detail.contains("broken.yaml:3:7: unknown key tpye (did you mean type?)"), detail);
    assertTrue(api.dispatch.jobs.isEmpty());
  }

  @Test
  void aCheckObjectsToThemAndTakesNothing() throws Exception {
    String jobs =
        "{\"jobs\": [{\"verb\": \"ECHO\", \"echo\": \"x\"}, {\"verb\": \"ECHO\", \"n\": 1, \"echo\": \"x\"},"
            + " {\"verb\": \"NONE\", \"targets\": [\"nope\"]}]}";
    JsonNode checked = body(post("/v1/check", jobs));
    JsonNode errors = checked.get("errors");
    JsonNode obstacles = checked.get("obstacles");
    assertEquals(2, errors.size(), errors.toString());
    assertEquals(1, obstacles.size(), obstacles.toString());
    // What has an error asks for nothing but its targets.
    assertEquals(
        List.of("ECHO", "RUN", "RUN"), api.dispatch.checked.stream().map(Job::verb).toList());
    assertEquals("unknown node nope", obstacles.get(0).get("message").asString());
    assertEquals("jobs[1].n", errors.get(0).get("place").asString());
    assertTrue(errors.get(0).get("message").asString().startsWith("unknown key of ECHO"));
    assertEquals("jobs[2].verb", errors.get(1).get("place").asString());
    assertTrue(errors.get(1).get("message").asString().startsWith("unknown verb NONE"));
    assertTrue(api.dispatch.jobs.isEmpty());
  }

  @Test
  void oneThatBringsItsDefinitionIsLeftAsItIs() throws Exception {
    Job job =
        posted(
            "{\"verb\": \"ELSEWHERE\", \"x\": 1, \"component\": {\"cacheable\": true}, \"files\": []}");
    assertEquals(1, job.arguments().get("x").asInt());
    assertFalse(job.arguments().has("echo"));
  }

  @Test
  void noneCanBringADefinitionForAVerbThatComesWithDirectordOrForNoVerb() throws Exception {
    for (String verb : List.of("SERVICE", "service", "A-B", "V".repeat(65))) {
      String job =
          "{\"verb\": \"" + verb + "\", \"component\": {\"cacheable\": true}, \"files\": []}";
      String answer = post("/v1/jobs", "{\"jobs\": [" + job + "]}");
      assertTrue(answer.startsWith("HTTP/1.1 400 "), answer);
      String detail = body(answer).get("detail").asString();
      assertTrue(detail.contains("jobs[0].verb: no definition can be brought for "), detail);
    }
    assertTrue(api.dispatch.jobs.isEmpty());
  }

  private Job posted(String job) throws Exception {
    String answer = post("/v1/jobs", "{\"jobs\": [" + job + "]}");
    assertTrue(answer.startsWith("HTTP/1.1 202 "), answer);
    return api.dispatch.jobs.get(UUID.fromString(body(answer).get("jobs").get(0).asString()));
  }

  private static JsonNode body(String answer) {
    return Json.mapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
  }

  private String post(String path, String body) throws IOException {
    return api.ask("POST " + path + " HTTP/1.1\r\nContent-Length: " + body.length(), body);
  }

  private void define(String name, String rest) throws IOException {
    Path components = Files.createDirectories(directory.resolve("components"));
    Files.writeString(components.resolve(name + ".yaml"), "description: A test.\n" + rest);
  }
}

package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ApiException;
import io.directord.common.api.Bodies;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NoServerException;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(300)
class ApiServerTest {
  @TempDir Path directory;
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
  }

  @Test
  void tellsAboutItselfAndItsNodes() throws Exception {
    var status = api.connection.status();
    assertEquals("1.2.3", status.version());
    assertEquals(2, status.nodes());
    assertEquals(1, status.activeNodes());
    assertEquals(api.dispatch.nodes, api.connection.nodes());
  }

  @Test
  void takesJobsAndNotesWhoSubmittedThem() throws Exception {
    Job first = run("uname -r");
    Job second = run("echo ä€😀 \"quoted\"\n");
    assertEquals(
        List.of(first.id(), second.id()), api.connection.submit(List.of(first, second), Map.of()));

    assertEquals(first, api.dispatch.jobs.get(first.id()));
    assertEquals(second, api.dispatch.jobs.get(second.id()));
    assertEquals(System.getProperty("user.name"), api.dispatch.submittedBy.get(first.id()));
    JobView view = api.connection.job(first.id());
    assertEquals(JobJson.write(first).toString(), view.definition().toString());
    assertEquals("hello\n", view.nodes().get(0).stdout());
    assertEquals(second.id(), api.connection.job(null).summary().id());
    assertEquals(2, api.connection.jobs(null).size());
    assertEquals(List.of(SampleViews.summary(first)), api.connection.jobs(first.parent().id()));
  }

  @Test
  void takesAnOrchestrationOfThousandsOfJobs() throws Exception {
    List<Job> jobs = IntStream.range(0, 5000).mapToObj(i -> run("echo " + i)).toList();
    assertEquals(jobs.stream().map(Job::id).toList(), api.connection.submit(jobs, Map.of()));
    assertEquals(5000, api.connection.jobs(null).size());
  }

  @Test
  void fillsInWhatPeopleLeaveOut() throws Exception {
    String answer = post("{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"uname -r\"}]}");
    assertTrue(answer.startsWith("HTTP/1.1 202 "), answer);
    Job job = api.dispatch.jobs.values().iterator().next();
    assertEquals("uname -r", job.arguments().get("command").stringValue());
    assertEquals(Job.DEFAULT_TIMEOUT, job.timeout());
    assertTrue(answer.contains(job.id().toString()), answer);
  }

  @Test
  void saysEverythingThatIsWrongWithASubmission() throws Exception {
    UUID twice = UUID.randomUUID();
    String answer =
        post(
            "{\"jobs\":[{\"verb\":\"RUNN\"},{\"command\":\"x\"},7,{\"verb\":\"RUN\",\"timeout\":-1},"
                + "{\"verb\":\"WAIT\",\"seconds\":1,\"job_id\":\"ID\"},{\"verb\":\"WAIT\",\"seconds\":1,\"job_id\":\"ID\"}]}"
                    .replace("ID", twice.toString()));
    JsonNode problem = problem(400, answer);
    String detail = problem.get("detail").stringValue();
    assertTrue(
        detail.contains(
            "jobs[0].verb: unknown verb RUNN (did you mean RUN?); the verbs are ADD, APT, "),
        detail);
    assertTrue(detail.contains("jobs[1].verb: every job needs one"), detail);
    assertTrue(detail.contains("jobs[2]: an object is expected"), detail);
    assertTrue(detail.contains("jobs[3].timeout: "), detail);
    assertTrue(detail.contains("jobs[5].job_id: " + twice + " is there twice"), detail);
    JsonNode last = problem.get("errors").get(problem.get("errors").size() - 1);
    assertEquals(5, last.get("job").intValue());
    assertEquals("jobs[5].job_id", last.get("place").stringValue());
    assertEquals(twice + " is there twice", last.get("message").stringValue());
    assertTrue(api.dispatch.jobs.isEmpty());
  }

  @Test
  void aFingerprintIsOneOrIsRefused() throws Exception {
    for (String key : List.of("job_sha3_224", "parent_sha3_224")) {
      for (String text : List.of("zz", "A".repeat(56), "a".repeat(57), "")) {
        String answer =
            post(
                "{\"jobs\":[{\"verb\":\"WAIT\",\"seconds\":1,\"%s\":\"%s\"}]}"
                    .formatted(key, text));
        String detail = problem(400, answer).get("detail").stringValue();
        assertTrue(
            detail.contains("jobs[0]." + key + ": a SHA3-224 of 56 lower-case hexadecimal digits"),
            detail);
      }
      String answer =
          post(
              "{\"jobs\":[{\"verb\":\"WAIT\",\"seconds\":1,\"%s\":\"%s\"}]}"
                  .formatted(key, "0a".repeat(28)));
      assertTrue(answer.startsWith("HTTP/1.1 202 "), answer);
    }
  }

  @Test
  void aJobFollowsOneBeforeItInItsParent() throws Exception {
    String parent = "\"parent_id\":\"" + UUID.randomUUID() + "\"";
    String config = "{\"verb\":\"WAIT\",\"seconds\":1,\"job_name\":\"config\"," + parent + "}";
    String follower = "{\"verb\":\"WAIT\",\"seconds\":1,\"when_changed\":[\"config\"],%s}";
    String same = follower.formatted(parent);
    String other = follower.formatted("\"parent_id\":\"" + UUID.randomUUID() + "\"");
    String some = follower.formatted("\"parent_sha3_224\":\"" + "0a".repeat(28) + "\"");
    String none = ": no job before it in its parent is named config";
    assertRefused(List.of(same), "jobs[0].when_changed" + none);
    assertRefused(List.of(same, config), "jobs[0].when_changed" + none);
    assertRefused(List.of(config, other), "jobs[1].when_changed" + none);
    assertRefused(
        List.of(config, config, same),
        "jobs[2].when_changed: 2 jobs before it in its parent are named config");
    assertTrue(api.dispatch.jobs.isEmpty());
    for (List<String> right : List.of(List.of(config, same), List.of(some))) {
      String answer = post("{\"jobs\":" + right + "}");
      assertTrue(answer.startsWith("HTTP/1.1 202 "), answer);
    }
  }

  private void assertRefused(List<String> jobs, String why) throws Exception {
    JsonNode problem = problem(400, post("{\"jobs\":" + jobs + "}"));
    assertEquals(1, problem.get("errors").size(), problem.toString());
    String detail = problem.get("detail").stringValue();
    assertTrue(detail.contains(why), detail);
  }

  @Test
  void errorsOfCommonKeysDoNotHideThoseOfTheVerbs() throws Exception {
    JsonNode problem =
        problem(
            400,
            post(
                "{\"jobs\":[{\"verb\":\"RUN\",\"timeout\":-1,\"targets\":\"web-1\",\"comand\":\"x\"},"
                    + "{\"verb\":\"run\",\"job_name\":\"a\\u0000b\"},{\"verb\":\"RUNN\",\"stream\":1}]}"));
    String detail = problem.get("detail").stringValue();
    assertTrue(detail.contains("jobs[0].timeout: seconds above 0"), detail);
    assertTrue(
        detail.contains(
            "jobs[0].targets: a list of nodes is expected, such as [\"web-1\"], not \"web-1\""),
        detail);
    assertTrue(detail.contains("jobs[0].comand: "), detail);
    assertTrue(detail.contains("jobs[0].command: "), detail);
    assertTrue(detail.contains("jobs[1].job_name: "), detail);
    assertTrue(detail.contains("jobs[1].command: "), detail);
    assertTrue(detail.contains("jobs[2].stream: "), detail);
    assertTrue(detail.contains("jobs[2].verb: unknown verb RUNN"), detail);
    assertEquals(8, problem.get("errors").size(), detail);
  }

  @Test
  void refusesBodiesThatAreNotSubmissions() throws Exception {
    for (String body :
        List.of("", "{", "[]", "7", "null", "{\"jobs\":[]}", "{\"jobs\":{}}", "{}}", "\u0000")) {
      problem(400, post(body));
    }
    problem(400, post("[".repeat(50_000)));
    problem(400, post("{\"jobs\":[" + "{\"verb\":".repeat(50_000)));
  }

  @Test
  void whatIsMisspelledIsNamedWithTheNearestWord() throws Exception {
    assertHinted("limti", "limit", post("{\"limti\":[],\"jobs\":[]}"));
    assertHinted("jbos", "jobs", post("{\"jbos\":[]}"));
    assertHinted("parnet", "parent", get("/v1/jobs?parnet=x"));
    assertHinted("targt", "target", get("/v1/nodes?targt=web-1"));
    assertHinted("sate", "state", get("/v1/nodes?sort=sate"));
    assertHinted("lfet", "left", get("/v1/jobs?open=true&sort=lfet"));
    assertHinted("tial", "tail", get("/v1/jobs/last/nodes/web-1?tial=5"));
    assertHinted("nods", "nodes", get("/v1/events?detail=nods"));
  }

  private static void assertHinted(String wrong, String right, String answer) throws Exception {
    String detail = problem(400, answer).get("detail").stringValue();
    assertTrue(detail.contains("'" + wrong + "'"), detail);
    assertTrue(detail.contains(" (did you mean " + right + "?)"), detail);
  }

  @Test
  void refusesListsOfFilesThatMakeNoSense() throws Exception {
    problem(400, post("{\"jobs\":[{\"verb\":\"COPY\",\"files\":[{\"sha256\":\"../x\"}]}]}"));
  }

  @Test
  void cancelsAndForgets() throws Exception {
    Job job = run("sleep 100");
    api.connection.submit(List.of(job), Map.of());
    assertEquals(List.of(job.id()), api.connection.cancel(job.id()).jobs());
    assertEquals(1, api.connection.purgeJobs());
    assertEquals(1, api.connection.forgetNodes("node-a"));
    assertEquals(1, api.connection.forgetNodes(null));
  }

  @Test
  void refusesWhatTheDispatcherRefuses() throws Exception {
    UUID unknown = UUID.randomUUID();
    ApiException refusal = assertThrows(ApiException.class, () -> api.connection.job(unknown));
    assertEquals(404, refusal.problem().status());
    assertEquals("there is no job " + unknown, refusal.getMessage());
    assertThrows(ApiException.class, () -> api.connection.job(null));
    assertThrows(ApiException.class, () -> api.connection.cancel(unknown));
    assertEquals(
        "no node ä/ +?%#\n is enrolled",
        assertThrows(ApiException.class, () -> api.connection.forgetNodes("ä/ +?%#\n"))
            .getMessage());
  }

  @Test
  void aFaultInsideIsAnAnswerToo() throws Exception {
    api.dispatch.nodesAnswer = CompletableFuture.failedFuture(new IllegalStateException("oops"));
    ApiException refusal = assertThrows(ApiException.class, api.connection::nodes);
    assertEquals(500, refusal.problem().status());
    assertFalse(refusal.getMessage().contains("oops"), refusal.getMessage());
  }

  @Test
  void smallAnswersDoNotWaitForLargeOnes() throws Exception {
    api.dispatch.jobsAnswer = new CompletableFuture<>();
    List<RawHttp> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      waiting.add(api.raw().send("GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    assertEquals(2, api.connection.nodes().size());
    assertTrue(api.ask("GET /v1/status HTTP/1.1").startsWith("HTTP/1.1 200 "));
    assertTrue(api.ask("GET /v1/jobs?limit=10 HTTP/1.1").startsWith("HTTP/1.1 200 "));

    api.dispatch.jobsAnswer.complete(new Bodies.Jobs(List.of(), 0));
    for (RawHttp each : waiting) {
      each.readUntil("\"jobs\":[]");
      each.close();
    }
  }

  @Test
  void jobsAreListedInPagesWhateverIsAskedFor() throws Exception {
    List<UUID> ids = new ArrayList<>();
    for (int i = 0; i < 1200; i++) {
      Job job = run("true");
      api.dispatch.jobs.put(job.id(), job);
      ids.add(job.id());
    }
    for (String query : List.of("", "?limit=1000", "?limit=5000")) {
      String answer = api.ask("GET /v1/jobs" + query + " HTTP/1.1");
      assertTrue(answer.endsWith("\"more\":200}"), answer.substring(answer.length() - 100));
    }

    assertEquals(ids, api.connection.jobs(null).stream().map(JobSummary::id).toList());
    List<UUID> newest = api.connection.newestJobs(1100).stream().map(JobSummary::id).toList();
    assertEquals(ids.subList(100, 1200), newest);
  }

  @Test
  void stopsWithoutATraceAndSaysSoToWhoComesLater() throws Exception {
    api.close();
    assertFalse(Files.exists(api.socket));
    try (var left = Files.list(directory)) {
      assertEquals(
          Stream.of("audit", "contents", "fetched", "state")
              .map(directory::resolve)
              .collect(Collectors.toSet()),
          left.collect(Collectors.toSet()));
    }
    NoServerException none = assertThrows(NoServerException.class, api.connection::nodes);
    assertTrue(none.getMessage().contains(api.socket.toString()), none.getMessage());
    assertTrue(none.getMessage().contains("directord server"), none.getMessage());
  }

  private String post(String body) throws Exception {
    try (RawHttp http = api.raw()) {
      return http.send(
              "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                  + "Content-Type: application/json\r\nContent-Length: "
                  + body.length()
                  + "\r\n\r\n"
                  + body)
          .readAll();
    }
  }

  private String get(String path) throws Exception {
    try (RawHttp http = api.raw()) {
      return http.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
          .readAll();
    }
  }

  private static JsonNode problem(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    assertTrue(answer.contains("application/problem+json"), answer);
    JsonNode problem = Json.mapper().readTree(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    assertEquals(status, problem.get("status").intValue());
    return problem;
  }

  private static Job run(String command) {
    return JobJson.read(Json.object().put("verb", "RUN").put("command", command));
  }
}

package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.BackupView;
import io.directord.common.api.Event;
import io.directord.common.api.NodeView;
import io.directord.common.api.RunState;
import io.directord.common.fetch.FetchArrival;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Holds {@code docs/openapi.yaml} against the server, both ways. */
@Timeout(300)
class OpenApiTest {
  @TempDir Path directory;
  @AutoClose private ApiFixture api;
  private OpenApiDocument document;
  private final Set<String> called = new TreeSet<>();

  @BeforeEach
  void start() throws Exception {
    document = new OpenApiDocument();
    api = new ApiFixture(directory);
  }

  @Test
  void describesExactlyWhatMayBeAsked() {
    assertEquals(
        api.server.routes().stream().map(Route::toString).collect(Collectors.toSet()),
        document.operations());
    for (Route route : api.server.routes()) {
      assertEquals(route.parameters(), document.parameters(route.toString()), route.toString());
    }
  }

  @Test
  void everyAnswerIsAsDescribed() throws Exception {
    Job job = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));
    String content = "/v1/content/" + sha256("content");
    String unknown = UUID.randomUUID().toString();

    call(200, "GET", "/v1/status", "");
    call(200, "GET", "/metrics", "");
    call(200, "GET", "/v1/nodes", "");
    call(200, "GET", "/v1/nodes?sort=jobs&offset=1&limit=1", "");
    call(400, "GET", "/v1/nodes?sort=size", "");
    call(400, "GET", "/v1/nodes?limit=0", "");
    call(200, "GET", "/v1/jobs?open=true&limit=5", "");
    call(200, "GET", "/v1/jobs?open=true&sort=left&text=run", "");
    call(400, "GET", "/v1/jobs?open=true&sort=size", "");
    call(400, "GET", "/v1/jobs?sort=left", "");
    call(400, "GET", "/v1/jobs?open=no", "");
    call(404, "GET", "/v1/jobs/last", "");
    call(400, "POST", "/v1/jobs", "{\"jobs\":[{\"verb\":\"NONE\"}]}");
    call(202, "POST", "/v1/jobs", "{\"jobs\":[" + JobJson.write(job) + "]}");
    call(200, "GET", "/v1/jobs", "");
    call(200, "GET", "/v1/jobs?parent=" + job.parent().id(), "");
    call(200, "GET", "/v1/jobs?limit=2&before=" + job.id(), "");
    call(200, "GET", "/v1/jobs/" + job.id(), "");
    call(200, "GET", "/v1/jobs/last", "");
    call(400, "POST", "/v1/check", "{\"jobs\":[]}");
    call(200, "POST", "/v1/check", "{\"jobs\":[{\"verb\":\"NONE\",\"targets\":[\"nope\"]}]}");
    call(200, "GET", "/v1/analysis", "");
    call(200, "GET", "/v1/analysis/" + job.id(), "");
    call(404, "GET", "/v1/analysis/" + unknown, "");
    api.dispatch.results = List.of(SampleViews.answered("node-a", "1\n2\n3\n"));
    call(200, "GET", "/v1/jobs/last/nodes/node-a?tail=2", "");
    call(200, "GET", "/v1/jobs/last/states", "");
    call(200, "POST", "/v1/plan", "{\"text\":\"- jobs: [{RUN: x}, {COPY: /etc/shadow x}]\"}");
    call(400, "POST", "/v1/plan", "{}");
    call(400, "POST", "/v1/plan", "{\"text\":\"- jobs: [{RUN: x}]\",\"targets\":[]}");
    call(400, "GET", "/v1/jobs/last/nodes/node-a?lines=3:2", "");
    call(404, "GET", "/v1/jobs/last/nodes/none", "");
    call(200, "GET", "/v1/jobs/last/why?node=node-a", "");
    call(200, "POST", "/v1/jobs/last/rerun", "{\"only\":[\"failed\"],\"check_only\":true}");
    call(202, "POST", "/v1/jobs/last/rerun", "{\"only\":[\"lost\",\"not_started\"]}");
    call(400, "POST", "/v1/jobs/last/rerun", "{\"only\":[\"fialed\"]}");
    call(202, "POST", "/v1/jobs/" + job.id() + "/cancel", "");
    call(404, "POST", "/v1/jobs/" + unknown + "/cancel", "");
    call(200, "POST", "/v1/jobs/" + job.id() + "/pause", "");
    call(404, "POST", "/v1/jobs/" + unknown + "/pause", "");
    call(200, "POST", "/v1/jobs/" + job.id() + "/resume", "");
    String jobs = "{\"jobs\":[" + JobJson.write(job) + "],\"limit\":[\"node-a\"]}";
    String timing = "?cron=30+2+*+*+*&zone=Europe/Berlin&missed=skip&overlap=queue&splay=10m";
    call(400, "PUT", "/v1/schedules/nightly?cron=often&zone=here&missed=x&splay=2d", jobs);
    call(400, "PUT", "/v1/schedules/..x" + timing, jobs);
    call(201, "PUT", "/v1/schedules/nightly" + timing, jobs);
    call(200, "GET", "/v1/hooks", "");
    call(404, "POST", "/v1/hooks/none", "{}");
    call(200, "GET", "/v1/schedules", "");
    call(200, "GET", "/v1/schedules/nightly", "");
    call(200, "POST", "/v1/schedules/nightly/pause", "");
    call(200, "POST", "/v1/schedules/nightly/resume", "");
    call(200, "POST", "/v1/schedules/nightly/run", "");
    call(200, "DELETE", "/v1/schedules/nightly", "");
    call(404, "GET", "/v1/schedules/nightly", "");
    call(200, "DELETE", "/v1/jobs", "");
    call(404, "HEAD", content, "");
    call(201, "PUT", "/v1/secrets/" + sha256("a secret"), "a secret");
    call(422, "PUT", content, "other");
    call(201, "PUT", content, "content");
    call(204, "PUT", content, "content");
    call(200, "HEAD", content + "?path=/none", "");
    call(400, "GET", content + "/missing", "");
    String manifest = "directord tree 1\n";
    call(404, "GET", "/v1/content/" + sha256(manifest) + "/missing", "");
    call(201, "PUT", "/v1/content/" + sha256(manifest), manifest);
    call(200, "GET", "/v1/content/" + sha256(manifest) + "/missing", "");
    call(200, "GET", "/v1/jobs/" + job.id() + "/fetched", "");
    call(404, "GET", "/v1/jobs/" + job.id() + "/fetched/node-a", "");
    try (FileChannel file = api.fetched.append(job.id(), "node-a", "nobody", 0)) {
      file.write(ByteBuffer.wrap(new byte[] {'Z'}));
      call(202, "GET", "/v1/jobs/" + job.id() + "/fetched/node-a", "");
    }
    api.fetched.finish(job.id(), "node-a", new FetchArrival(1, ""));
    call(200, "GET", "/v1/jobs/" + job.id() + "/fetched/node-a?offset=0", "");
    call(200, "DELETE", "/v1/jobs/" + job.id() + "/fetched/node-a", "");
    call(404, "DELETE", "/v1/jobs/" + job.id() + "/fetched/node-a", "");
    call(400, "POST", "/v1/content", "content");
    call(201, "POST", "/v1/content", "");
    call(400, "GET", "/v1/events?detail=all", "");
    call(200, "GET", "/v1/nodes?target=node-a", "");
    call(200, "POST", "/v1/labels", "{\"targets\":[\"node-a\"],\"labels\":{\"role\":\"web\"}}");
    call(400, "POST", "/v1/labels", "{\"targets\":[\"node-a\"],\"labels\":{\"os\":\"x\"}}");
    call(400, "POST", "/v1/labels", "{\"targets\":[\"node-a\"],\"labels\":{\"x\":5}}");
    call(400, "POST", "/v1/labels", "{\"targets\":[\"node-a\"],\"labels\":{\"x\":true}}");
    call(400, "POST", "/v1/labels", "{\"targets\":[5],\"labels\":{\"x\":\"y\"}}");
    BackupView backup = api.connection.backups().make();
    String made = "/v1/backups/" + backup.id();
    await()
        .until(() -> api.connection.backups().find(backup.id()).state() == BackupView.State.READY);
    call(200, "GET", made, "");
    call(200, "GET", made + "/file?offset=5", "");
    call(200, "DELETE", made, "");
    call(404, "GET", made + "/file", "");
    call(404, "DELETE", made, "");
    call(404, "GET", made, "");
    call(202, "POST", "/v1/backups", "");
    call(200, "GET", "/v1/whoami", "");
    call(200, "GET", "/v1/audit?since=2020-01-01T00:00:00Z&limit=5", "");
    call(400, "GET", "/v1/audit?since=yesterday", "");
    call(200, "GET", "/v1/audit/verify", "");
    call(200, "GET", "/v1/may?verb=RUN&node=node-a", "");
    call(200, "GET", "/v1/may?verb=RUN&node=node-a&who=read", "");
    call(200, "GET", "/v1/may?verb=RUN&node=node-a&who=root", "");
    call(400, "GET", "/v1/may?verb=RUN", "");
    call(400, "GET", "/v1/may?verb=RUNN&node=node-a", "");
    call(400, "GET", "/v1/may?verb=RUN&node=node-a&who=", "");
    call(400, "GET", "/v1/may?verb=RUN&node=node-a&who=role:none", "");
    call(404, "GET", "/v1/may?verb=RUN&node=node-a&who=token:none", "");
    call(404, "GET", "/v1/may?verb=RUN&node=node-a&who=nobody-2", "");
    call(404, "GET", "/v1/may?verb=RUN&node=node-a&who=user:nobody-2", "");
    call(201, "POST", "/v1/tokens", "{\"name\":\"ada\",\"role\":\"read\",\"ttl\":60}");
    call(400, "POST", "/v1/tokens", "{\"name\":\"a b\",\"role\":\"read\",\"ttl\":60}");
    call(400, "POST", "/v1/tokens", "{\"name\":\"ada\",\"role\":\"raed\",\"ttl\":60}");
    call(400, "POST", "/v1/tokens", "{\"name\":\"ada\",\"role\":\"read\"}");
    call(200, "GET", "/v1/tokens", "");
    call(200, "DELETE", "/v1/tokens/ada", "");
    call(404, "DELETE", "/v1/tokens/ada", "");
    call(201, "POST", "/v1/join-tokens", "{\"nodes\":[\"web-*\"],\"uses\":2,\"ttl\":60}");
    call(201, "POST", "/v1/join-tokens", "{\"uses\":1,\"ttl\":60}");
    call(400, "POST", "/v1/join-tokens", "{\"uses\":0,\"ttl\":60}");
    call(400, "POST", "/v1/join-tokens", "{\"uses\":1}");
    call(400, "POST", "/v1/join-tokens", "{\"nodes\":[],\"uses\":1,\"ttl\":60}");
    call(400, "POST", "/v1/join-tokens", "{\"nodes\":[\"a b\"],\"uses\":1,\"ttl\":60}");
    call(200, "GET", "/v1/join-tokens", "");
    call(404, "DELETE", "/v1/join-tokens/none", "");
    call(409, "POST", "/v1/links", "");
    call(401, "POST", "/v1/session", "");
    call(204, "DELETE", "/v1/session", "");
    call(200, "GET", "/", "");
    call(200, "GET", "/ui/app.js", "");
    call(404, "GET", "/ui/none.js", "");
    call(404, "DELETE", "/v1/nodes/none", "");
    call(200, "DELETE", "/v1/nodes/node-a", "");
    call(200, "DELETE", "/v1/nodes", "");
    assertEquals(document.operations(), called);
  }

  @Test
  void itsExampleWorks() throws Exception {
    String example =
        document
            .operation("POST /v1/jobs")
            .at("/requestBody/content/application~1json/example")
            .toString();
    call(202, "POST", "/v1/jobs", example);
    assertEquals(1, api.dispatch.jobs.size());
  }

  @Test
  void everyEventIsAsDescribed() throws Exception {
    Job job = JobJson.read(Json.object().put("verb", "RUN"));
    UUID id = job.id();
    List<Event> events =
        List.of(
            new Event.JobTaken(SampleViews.summary(job)),
            new Event.RunChanged(new RunState(id, "paused by ann", 3, 1, 2, 0, SampleViews.NOW)),
            new Event.JobRunning(id, id, "node-a"),
            new Event.JobOutput(id, id, "node-a", NodeMessage.Stream.STDERR, "x\n", null, 0),
            new Event.NodeAnswered(id, id, SampleViews.answered("node-a", "x")),
            SampleViews.ended(job, "node-a"),
            new Event.NodeChanged(SampleViews.node("node-a", NodeView.State.AWAY)),
            new Event.Missed(7));
    try (RawHttp http = api.raw()) {
      http.send("GET /v1/events?detail=output HTTP/1.1\r\n\r\n");
      assertTrue(http.readUntil("\r\n\r\n").contains("content-type: text/event-stream\r\n"));
      await().until(() -> api.dispatch.followers.size() == 1);
      for (Event event : events) {
        api.dispatch.emit(event);
        http.readUntil("data: ");
        document.check("Event", http.readUntil("\n\n"));
      }
    }
  }

  @Test
  void itsSchemasRefuseWhatTheyDoNotDescribe() {
    for (String wrong :
        List.of(
            "{\"status\":200,\"title\":\"t\"}",
            "{\"status\":1,\"title\":\"t\",\"detail\":\"d\"}",
            "{\"status\":\"x\",\"title\":\"t\",\"detail\":\"d\",\"code\":\"refused\"}",
            "{\"status\":1,\"title\":\"t\",\"detail\":\"d\",\"code\":\"refused\",\"more\":1}")) {
      assertThrows(AssertionError.class, () -> document.check("Problem", wrong), wrong);
    }
  }

  private void call(int status, String method, String target, String body) throws Exception {
    if (status < 300 && body.startsWith("{")) {
      answered(400, method, target, body.replaceFirst("\\{", "{\"strange\":1,"));
      answered(400, method, target, body + "{}");
    }
    answered(status, method, target, body);
  }

  private void answered(int status, String method, String target, String body) throws Exception {
    boolean isFile = method.equals("PUT") && !target.startsWith("/v1/schedules/");
    String type = isFile ? "application/octet-stream" : "application/json";
    String answer;
    try (RawHttp http = api.raw()) {
      answer =
          http.send(
                  String.format(
                      "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                          + "Content-Type: %s\r\nContent-Length: %d\r\n\r\n%s",
                      method, target, type, body.length(), body))
              .readAll();
    }
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
    String operation = operation(method, target.replaceAll("\\?.*", ""));
    called.add(operation);
    int end = answer.indexOf("\r\n\r\n");
    String mediaType =
        answer.substring(0, end).replaceAll("(?s).*\r\ncontent-type: ([^\r]*).*", "$1");
    if (!mediaType.equals("application/octet-stream")) {
      String said = answer.substring(end + 4);
      boolean isText = mediaType.startsWith("text/");
      document.check(
          operation, status, mediaType, isText ? Json.mapper().writeValueAsString(said) : said);
    }
    if (status == 202 && !body.isEmpty()) {
      document.check(
          document.operation(operation).at("/requestBody/content/application~1json/schema"), body);
    }
  }

  private String operation(String method, String path) {
    return document.operations().stream()
        .filter(each -> (method + " " + path).matches(each.replaceAll("\\{\\w+}", "[^/]+")))
        .findFirst()
        .orElseThrow();
  }

  private static String sha256(String text) throws Exception {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}

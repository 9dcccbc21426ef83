package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes over the socket is anything but well-behaved. */
@Timeout(300)
class HttpTest {
  private static final String GET_NODES = "GET /v1/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir Path directory;
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory, ApiFixture.tight(), ApiFixture.littleMemory());
  }

  @AfterEach
  void stop() throws Exception {
    assertEquals(2, api.connection.nodes().size(), "the server goes on");
    api.close();
  }

  @Test
  void answersSeveralRequestsOnOneConnectionInOrder() throws Exception {
    try (RawHttp http = api.raw()) {
      String all =
          http.send(
                  GET_NODES
                      + "GET /v1/status HTTP/1.1\r\nHost: x\r\n\r\n"
                      + "DELETE /v1/jobs HTTP/1.1\r\nConnection: close\r\n\r\n"
                      + GET_NODES)
              .readAll();
      assertEquals(3, all.split("HTTP/1.1 200 OK", -1).length - 1, all);
      assertTrue(all.indexOf("machine_id") < all.indexOf("started_at"), all);
      assertTrue(all.indexOf("started_at") < all.indexOf("removed"), all);
    }
  }

  @Test
  void answersAnyNumberOfRequestsThatComeAtOnce() throws Exception {
    try (LogLines log = new LogLines(HttpConnection.class);
        RawHttp http = api.raw()) {
      String last = "GET /v1/nodes HTTP/1.1\r\nConnection: close\r\n\r\n";
      String all = http.send(GET_NODES.repeat(1000) + last).readAll();
      assertEquals(1001, all.split("HTTP/1.1 200 OK", -1).length - 1);
      assertEquals(List.of(), log.lines());
    }
  }

  @Test
  void takesARequestInAnyPieces() throws Exception {
    String body = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"true\"}]}";
    String request =
        "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n"
            + "Content-Type: application/json; charset=utf-8\r\n\r\n";
    StringBuilder chunks = new StringBuilder();
    body.chars().forEach(c -> chunks.append("1\r\n").append((char) c).append("\r\n"));
    try (RawHttp http = api.raw()) {
      for (char c : (request + chunks + "0\r\n\r\n").toCharArray()) {
        http.send(String.valueOf(c));
      }
      assertStatus(202, http.readAll());
    }
  }

  @Test
  void answersWhoeverHasNothingMoreToSay() throws Exception {
    for (int i = 0; i < 20; i++) {
      try (RawHttp http = api.raw()) {
        http.send(GET_NODES).channel.shutdownOutput();
        assertStatus(200, http.readAll());
      }
    }
  }

  @Test
  void answersAWholeAddressAsItsPath() throws Exception {
    for (String whole : List.of("http://localhost/v1/nodes", "HTTP://x:80/v1/jobs?limit=1")) {
      assertStatus(200, api.ask("GET " + whole + " HTTP/1.1"));
    }
    assertStatus(200, api.ask("GET http://localhost HTTP/1.1"));
    assertStatus(404, api.ask("GET http://localhost/v1 HTTP/1.1"));
  }

  @Test
  void refusesWhatIsNotThere() throws Exception {
    for (String path : List.of("/v1", "/v1/nodes/", "/v2/nodes", "/v1/jobs/x/y", "*", "//")) {
      assertStatus(404, api.ask("GET " + path + " HTTP/1.1"));
    }
    assertStatus(400, api.ask("GET /v1/jobs/no-uuid HTTP/1.1"));
    assertStatus(400, api.ask("GET /v1/jobs/%zz HTTP/1.1"));
    assertStatus(400, api.ask("GET /v1/jobs?parent=7 HTTP/1.1"));
    String detail = api.ask("GET /v1/events?detail=everything HTTP/1.1");
    assertStatus(400, detail);
    assertTrue(detail.contains("detail: one of jobs, failures, nodes, output is expected"), detail);
    String unknown = api.ask("GET /v1/jobs?parnt=7 HTTP/1.1");
    assertStatus(400, unknown);
    assertTrue(unknown.contains("there are before, limit, open, parent"), unknown);
  }

  /** Who narrows a request in its body must not get one that is for everything. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "DELETE /v1/nodes",
        "DELETE /v1/nodes/node-a",
        "DELETE /v1/jobs",
        "POST /v1/jobs/last/cancel",
        "POST /v1/jobs/last/pause",
        "GET /v1/nodes",
        "GET /v1/jobs/last",
        "GET /v1/events"
      })
  void aBodyThatWouldNotCountIsRefused(String request) throws Exception {
    for (String body : List.of("{\"target\":\"node-a\"}", "[]", "no JSON", "{} {}")) {
      String answer = api.ask(request + " HTTP/1.1\r\nContent-Length: " + body.length(), body);
      assertStatus(400, answer);
      assertTrue(answer.contains("this request takes no body"), answer);
    }
    assertEquals(2, api.dispatch.nodes.size());
  }

  @Test
  void anEmptyObjectAsksForNothing() throws Exception {
    assertStatus(200, api.ask("DELETE /v1/jobs HTTP/1.1\r\nContent-Length: 3", "{ }"));
  }

  @Test
  void saysWhichMethodsAPathTakes() throws Exception {
    String answer = api.ask("PATCH /v1/jobs HTTP/1.1");
    assertStatus(405, answer);
    assertTrue(answer.toLowerCase().contains("allow: delete, get, post"), answer);
    assertStatus(405, api.ask("TRACE /v1/status HTTP/1.1"));
    assertStatus(405, api.ask("OPTIONS /v1/status HTTP/1.1"));
  }

  @Test
  void saysWhichMediaTypeItTakes() throws Exception {
    String answer =
        api.ask(
            "POST /v1/jobs HTTP/1.1\r\nContent-Length: 2\r\n"
                + "Content-Type: application/x-www-form-urlencoded",
            "{}");
    assertStatus(415, answer);
    assertTrue(answer.contains("Content-Type: application/json"), answer);
  }

  @Test
  void takesNoCompressedBodies() throws Exception {
    for (String request : List.of("POST /v1/jobs", "PUT /v1/content/" + "a".repeat(64))) {
      String answer =
          api.ask(
              request + " HTTP/1.1\r\nContent-Length: 2\r\nContent-Encoding: gzip", "\u001f\u008b");
      assertStatus(415, answer);
      assertTrue(answer.contains("not in the encoding gzip: send it without compression"), answer);
    }
    assertStatus(
        400,
        api.ask("POST /v1/jobs HTTP/1.1\r\nContent-Length: 2\r\nContent-Encoding: identity", "{}"));
  }

  @Test
  void refusesOversizeOfEverything() throws Exception {
    assertStatus(414, api.ask("GET /" + "a".repeat(2000) + " HTTP/1.1"));
    assertStatus(431, api.ask("GET /v1/nodes HTTP/1.1\r\nX: " + "a".repeat(3000)));
    assertStatus(
        413, api.ask("POST /v1/jobs HTTP/1.1\r\nContent-Length: 100001", "x".repeat(100_001)));
    assertStatus(
        413,
        api.ask(
            "POST /v1/jobs HTTP/1.1\r\nTransfer-Encoding: chunked",
            "fffff\r\n" + "x".repeat(0xfffff) + "\r\n0\r\n\r\n"));
    assertStatus(
        413,
        api.ask("POST /v1/jobs HTTP/1.1\r\nContent-Length: 9999999999\r\nExpect: 100-continue"));
  }

  @Test
  void answersWhatIsNotHttpWithAProblem() throws Exception {
    for (String nonsense :
        List.of(
            "\u0016\u0003\u0001 hello tls\r\n\r\n",
            "GET\r\n\r\n",
            "GET /v1/nodes HTTP/9.9\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET /v1/nodes HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
            "GET /v1/nodes HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
            "POST /v1/jobs HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n")) {
      try (RawHttp http = api.raw()) {
        String answer = http.send(nonsense).readAll();
        assertTrue(answer.matches("(?s)HTTP/1\\.1 [45]\\d\\d .*problem\\+json.*"), answer);
      }
    }
  }

  @Test
  void survivesRandomBytesAndMutilatedRequests() throws Exception {
    Random random = new Random(42);
    String valid =
        "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            + "Content-Length: 44\r\n\r\n{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"uname\"}]}\r\n";
    for (int i = 0; i < 300; i++) {
      byte[] bytes = valid.getBytes(StandardCharsets.ISO_8859_1);
      if (i % 3 == 0) {
        random.nextBytes(bytes);
      }
      for (int flips = random.nextInt(6); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try (RawHttp http = api.raw()) {
        http.send(bytes);
        http.channel.shutdownOutput();
        http.readAll();
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("Broken pipe"), e.toString());
      }
    }
  }

  @Test
  void requestsThatDoNotComeToTheirEndMakeRoomTheOldestFirstAndAreToldSo() throws Exception {
    List<RawHttp> open = new ArrayList<>();
    for (int i = 0; i < ApiFixture.tight().connections(); i++) {
      open.add(half());
    }
    try (RawHttp last = api.raw()) {
      last.send(GET_NODES).readUntil("node-b");
    }
    String told = open.get(0).readAll();
    assertStatus(503, told);
    assertTrue(told.contains("the rest of the request had not come yet"), told);
    assertTrue(open.get(1).send("x".repeat(8)).readUntil("\r\n").startsWith("HTTP/1.1 400 "));
    for (RawHttp each : open) {
      each.close();
    }
    await().ignoreExceptions().until(() -> api.connection.nodes().size() == 2);
  }

  @Test
  void idleConnectionsMakeRoomForNewOnesTheOldestFirst() throws Exception {
    int max = ApiFixture.tight().connections();
    List<RawHttp> open = new ArrayList<>();
    try (RawHttp busy = api.raw()) {
      busy.send("POST /v1/jobs HTTP/1.1\r\nContent-Length: 9\r\n\r\n{");
      for (int i = 0; i < 5 * max; i++) {
        if (i % 2 == 0) {
          open.add(answered());
        } else {
          open.add(api.raw());
        }
      }
      assertEquals("", open.get(0).readAll().replaceAll("(?s).*\"warnings\":\\[]}", ""));
      RawHttp last = open.get(open.size() - 1);
      last.send(GET_NODES).readUntil("node-b");
      busy.send("x".repeat(8));
      assertTrue(busy.readUntil("\r\n").startsWith("HTTP/1.1 400 "));
    }
    for (RawHttp each : open) {
      each.close();
    }
  }

  /**
   * A connection on which a request was answered. When the server takes many connections late, a
   * new one may have to make room before its request is read.
   */
  private RawHttp answered() {
    return await()
        .ignoreException(AssertionError.class)
        .until(
            () -> {
              RawHttp next = api.raw();
              next.send(GET_NODES).readUntil("node-b");
              return next;
            },
            next -> true);
  }

  /**
   * A connection of which the server has read the half of a request. Nothing is sent behind what it
   * confirms, since it may read that later than what the next connection sends.
   */
  private RawHttp half() throws IOException {
    RawHttp half = api.raw();
    half.send("POST /v1/jobs HTTP/1.1\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n");
    half.readUntil("100 Continue\r\n\r\n");
    return half;
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }
}

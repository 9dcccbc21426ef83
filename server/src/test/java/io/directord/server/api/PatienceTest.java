package io.directord.server.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever keeps the server waiting. */
@Timeout(60)
class PatienceTest {
  private static final String GET_NODES = "GET /v1/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir Path folder;
  private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(folder, ApiFixture.impatient(), ApiFixture.littleMemory());
  }

  @AfterEach
  void stop() throws Exception {
    assertEquals(2, api.connection.nodes().size(), "the server goes on");
    api.close();
  }

  @Test
  void idleAndHalfRequestsHoldNobodyUpAndAreEnded() throws Exception {
    try (RawHttp silent = api.raw();
        RawHttp half = api.raw();
        RawHttp noBody = api.raw();
        RawHttp kept = api.raw()) {
      half.send("GET /v1/no");
      noBody.send("POST /v1/jobs HTTP/1.1\r\nContent-Length: 10\r\n\r\n{");
      kept.send(GET_NODES).readUntil("node-b");
      assertEquals(2, api.connection.nodes().size());
      assertEquals("", silent.readAll());
      assertEquals("", half.readAll());
      assertStatus(408, noBody.readAll());
      assertTrue(kept.readAll().endsWith("]}"), "the answer is whole");
    }
  }

  @Test
  void saysSoWhenTheDispatcherDoesNotAnswer() throws Exception {
    api.dispatch.nodesAnswer = new CompletableFuture<>();
    assertStatus(503, api.ask("GET /v1/nodes HTTP/1.1"));
    api.dispatch.nodesAnswer = null;
  }

  @Test
  void largeBodiesTogetherAreBoundedToo() throws Exception {
    String head = "POST /v1/jobs HTTP/1.1\r\nContent-Length: 95000\r\n\r\n";
    try (RawHttp one = api.raw();
        RawHttp other = api.raw()) {
      one.send(head + "x".repeat(72_000));
      other.send(head + "x".repeat(72_000));
      String answers = one.readUntil("\r\n") + other.readUntil("\r\n");
      assertTrue(answers.contains("503") && answers.contains("408"), answers);
    }
    assertStatus(
        202,
        api.ask(
            "POST /v1/jobs HTTP/1.1\r\nContent-Length: 41",
            "{\"jobs\":[{\"verb\":\"RUN\", \"command\": \"x\"}]}"));
  }

  @Test
  void signsOfLifeComeWhileNothingHappens() throws Exception {
    try (RawHttp http = api.raw()) {
      http.send("GET /v1/events HTTP/1.1\r\n\r\n");
      for (int i = 0; i < 4; i++) {
        http.readUntil(":\n\n");
      }
    }
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }
}

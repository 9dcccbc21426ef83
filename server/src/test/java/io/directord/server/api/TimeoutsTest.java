package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ApiException;
import io.directord.server.memory.MemoryBudget;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever keeps the server waiting. */
@Timeout(300)
class TimeoutsTest {
  private static final String GET_NODES = "GET /v1/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";

  @TempDir Path directory;
  private ApiFixture api;

  private void start(ApiLimits limits) throws Exception {
    api = new ApiFixture(directory, limits, ApiFixture.littleMemory());
  }

  @AfterEach
  void stop() throws Exception {
    await("the server goes on")
        .ignoreExceptionsInstanceOf(ApiException.class)
        .until(() -> api.connection.nodes().size() == 2);
    api.close();
  }

  @Test
  void idleAndHalfRequestsHoldNobodyUpAndAreEnded() throws Exception {
    start(ApiFixture.impatient());
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
    await().until(() -> requests().reserved() == 0);
  }

  @Test
  void saysSoWhenTheDispatcherDoesNotAnswer() throws Exception {
    start(ApiFixture.hasty());
    api.dispatch.nodesAnswer = new CompletableFuture<>();
    assertStatus(503, api.ask("GET /v1/nodes HTTP/1.1"));
    api.dispatch.nodesAnswer = null;
  }

  @Test
  void largeBodiesTogetherAreBoundedToo() throws Exception {
    start(ApiFixture.tight());
    String half = "POST /v1/jobs HTTP/1.1\r\nContent-Length: 95000\r\n\r\n" + "x".repeat(72_000);
    try (RawHttp one = api.raw();
        RawHttp other = api.raw()) {
      one.send(half);
      await().until(() -> requests().reserved() >= 72_000);
      other.send(half);
      assertStatus(503, other.readUntil("\r\n"));
    }
    await("the server has noticed that its callers are gone")
        .until(() -> requests().reserved() == 0);
    assertStatus(
        202,
        api.ask(
            "POST /v1/jobs HTTP/1.1\r\nContent-Length: 41",
            "{\"jobs\":[{\"verb\":\"RUN\", \"command\": \"x\"}]}"));
  }

  private MemoryBudget.Share requests() {
    return api.memory.share(MemoryBudget.Use.REQUESTS);
  }

  @Test
  void signsOfLifeComeWhileNothingHappens() throws Exception {
    start(ApiFixture.impatient());
    try (RawHttp http = api.raw()) {
      http.send("GET /v1/events HTTP/1.1\r\n\r\n");
      for (int i = 0; i < 2; i++) {
        http.readUntil(":\n\n");
      }
    }
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }
}

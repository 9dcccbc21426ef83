package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.memory.MemoryBudget.Share;
import io.directord.server.memory.MemoryBudget.Use;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are short, and would become large. */
@Timeout(300)
class RequestMemoryTest {
  private static final String JOB = "{\"verb\":\"RUN\",\"command\":\"true\"}";

  @TempDir Path directory;
  private ApiFixture api;
  private Share share;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory, ApiFixture.tight(), ApiFixture.littleMemory());
    share = api.memory.share(Use.REQUESTS);
  }

  @AfterEach
  void stop() throws Exception {
    assertEquals(2, api.connection.nodes().size(), "the server goes on");
    await("what was reserved is released").until(() -> share.reserved() == 0);
    api.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/jobs", "/v1/check"})
  void manySmallJobsAreWeighedByWhatTheyBecome(String path) throws Exception {
    assertStatus(413, post(path, jobs((JOB + ",").repeat(500) + JOB)));
    assertStatus(413, post(path, jobs(("{\"verb\":\"NONE\"},").repeat(500) + JOB)));
    assertEquals(0, api.dispatch.jobs.size());
    assertTrue(post(path, jobs((JOB + ",").repeat(30) + JOB)).startsWith("HTTP/1.1 20"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[],", "{},", "0,", "\"\",", "[[]],", "null,"})
  void soIsEveryValueOfOneJob(String value) throws Exception {
    String list = value.repeat(50_000 / value.length());
    assertStatus(
        413, post("/v1/jobs", jobs("{\"verb\":\"ARG\",\"args\":{\"a\":[" + list + "0]}}")));
  }

  @Test
  void soIsEveryKey() throws Exception {
    StringBuilder keys = new StringBuilder();
    for (int i = 0; i < 3000; i++) {
      keys.append('"').append(i).append("\":0,");
    }
    assertStatus(413, post("/v1/jobs", jobs("{" + keys + "\"verb\":\"RUN\"}")));
  }

  @Test
  void oneThatFindsNoRoomIsAskedToComeAgain() throws Exception {
    assertTrue(share.tryReserve(share.limit()));
    String answer = post("/v1/jobs", jobs(JOB));
    assertStatus(503, answer);
    assertTrue(answer.contains("retry-after: 1\r\n"), answer);
    share.release(share.limit());
    assertStatus(202, post("/v1/jobs", jobs(JOB)));
  }

  @Test
  void whatIsBesideTheJobsIsNotIgnored() throws Exception {
    for (String body :
        List.of(
            "{\"target\":[\"a\"],\"jobs\":[" + JOB + "]}",
            "{\"jobs\":[" + JOB + "],\"targets\":[\"a\"]}",
            "{\"jobs\":[" + JOB + "],\"jobs\":[" + JOB + "]}",
            "{\"jobs\":[" + JOB + "]} x",
            "{\"jobs\":[{\"verb\":\"RUN\",\"targets\":\"a\",\"targets\":\"b\"}]}",
            "{\"jobs\":[{\"verb\":\"RUN\",\"retry\":" + "9".repeat(2000) + "}]}",
            "{\"jobs\":[" + JOB + "]",
            "{\"jobs\":[" + JOB,
            "[]",
            "",
            "{\"jobs\":{}}")) {
      assertStatus(400, post("/v1/jobs", body));
      assertStatus(400, post("/v1/check", body));
    }
    for (String wrong :
        List.of("\"target\":\"a\"", "\"targets\":[]", "\"timeout\":" + "9".repeat(900))) {
      String body = "{\"jobs\":[{\"verb\":\"RUN\",\"command\":\"true\"," + wrong + "}]}";
      String key = wrong.substring(1, wrong.indexOf("\":"));
      assertStatus(400, post("/v1/jobs", body));
      String checked = post("/v1/check", body);
      assertStatus(200, checked);
      assertTrue(checked.contains("\"place\":\"jobs[0]." + key + "\""), checked);
    }
    assertEquals(0, api.dispatch.jobs.size());
  }

  private static String jobs(String list) {
    return "{\"jobs\":[" + list + "]}";
  }

  private String post(String path, String body) throws Exception {
    return api.ask("POST " + path + " HTTP/1.1\r\nContent-Length: " + body.length(), body);
  }

  private static void assertStatus(int status, String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
  }
}

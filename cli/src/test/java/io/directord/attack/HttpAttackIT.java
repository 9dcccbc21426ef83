package io.directord.attack;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.TestCluster;
import io.directord.common.api.JobView;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whoever may open the socket asks for too much; the server has the heap of a small machine. */
@Timeout(value = 900, unit = TimeUnit.SECONDS)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpAttackIT {
  private static final String JOB =
      "{\"verb\":\"RUN\",\"command\":\"true\",\"targets\":[\"node-1\"]}";

  private TestCluster cluster;

  @BeforeAll
  void start(@TempDir Path directory) {
    cluster = new TestCluster(directory);
    cluster.set("DIRECTORD_JAVA_OPTS", "-Xmx128m");
    cluster.startServer();
    cluster.startClient("node-1");
    cluster.awaitActive(1);
  }

  @AfterEach
  void goesOn() throws Exception {
    assertTrue(cluster.server().isAlive(), cluster.logs());
    assertEquals(1, cluster.api().nodes().size());
    cluster.run("exec", "--wait", "--verb", "RUN", "--skip-cache true").expect(0);
  }

  @AfterAll
  void stop() {
    cluster.close();
  }

  @Test
  void bodiesThatWouldBecomeManyTimesTheirSizeAreRefused() throws Exception {
    List<String> bodies =
        List.of(
            jobs((JOB + ",").repeat((8 << 20) / JOB.length()) + JOB),
            jobs("{\"verb\":\"ARG\",\"args\":{\"a\":[" + "[],".repeat(2 << 20) + "0]}}"),
            jobs("{\"verb\":\"RUN\",\"command\":\"" + "\\u0001".repeat(1 << 20) + "\"}"),
            jobs("{\"verb\":\"RUN\",\"command\":\"" + "x".repeat(10 << 20) + "\"}"));
    for (String body : bodies) {
      String answer = post("/v1/jobs", body);
      assertTrue(answer.matches("(?s)HTTP/1.1 (413|400|503) .*"), first(answer));
      answer = post("/v1/check", body);
      assertTrue(answer.matches("(?s)HTTP/1.1 (413|400|503|200) .*"), first(answer));
    }
  }

  @Test
  void soAreManyOfThemAtTheSameTime() throws Exception {
    byte[] body =
        jobs((JOB + ",").repeat((8 << 20) / JOB.length()) + JOB)
            .getBytes(StandardCharsets.US_ASCII);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (SocketChannel channel = open()) {
                  send(
                      channel,
                      "POST /v1/jobs HTTP/1.1\r\nConnection: close\r\nContent-Length: "
                          + body.length
                          + "\r\n\r\n");
                  ByteBuffer left = ByteBuffer.wrap(body);
                  while (left.hasRemaining()) {
                    channel.write(left);
                  }
                  readAll(channel);
                } catch (IOException e) {
                  // Refused in the middle.
                  assertTrue(e.getMessage() != null);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void numbersOfAnyLengthAreErrors() throws Exception {
    for (String number :
        List.of("9".repeat(900), "9".repeat(5000), "1e999999999", "-" + "9".repeat(900))) {
      String answer =
          post(
              "/v1/jobs",
              jobs("{\"verb\":\"RUN\",\"command\":\"true\",\"timeout\":" + number + "}"));
      assertTrue(answer.startsWith("HTTP/1.1 400 "), first(answer));
    }
  }

  @Test
  void idleConnectionsMakeRoom() throws Exception {
    List<SocketChannel> idle = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      idle.add(open());
    }
    assertEquals(1, cluster.api().nodes().size());
    for (SocketChannel each : idle) {
      each.close();
    }
  }

  @Test
  void followersAndReadersThatReadNothingTakeLittle() throws Exception {
    Job large =
        JobJson.read(
            Json.object()
                .put("verb", "RUN")
                .put("skip_cache", true)
                .put("stream", true)
                .put(
                    "command",
                    "yes 0123456789 | head -c 6000000; yes abcdef | head -c 1000000 >&2"));
    List<SocketChannel> stuck = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      SocketChannel follower = open();
      send(follower, "GET /v1/events?detail=output HTTP/1.1\r\n\r\n");
      stuck.add(follower);
    }
    cluster.api().submit(List.of(large), Map.of());
    JobView view = cluster.api().await(large.id());
    assertTrue(view.nodes().get(0).stdout().length() > 1_000_000);
    for (int i = 0; i < 40; i++) {
      SocketChannel reader = open();
      send(reader, "GET /v1/jobs/" + large.id() + " HTTP/1.1\r\n\r\n");
      stuck.add(reader);
    }
    await()
        .atMost(240, TimeUnit.SECONDS)
        .ignoreExceptions()
        .until(() -> cluster.api().job(large.id()).nodes().size() == 1);
    for (SocketChannel each : stuck) {
      each.close();
    }
  }

  private SocketChannel open() throws IOException {
    return SocketChannel.open(UnixDomainSocketAddress.of(cluster.socket()));
  }

  private static void send(SocketChannel channel, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  private static String readAll(SocketChannel channel) throws IOException {
    StringBuilder all = new StringBuilder();
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    while (channel.read(buffer) >= 0) {
      all.append(StandardCharsets.UTF_8.decode(buffer.flip()));
      buffer.clear();
    }
    return all.toString();
  }

  private String post(String path, String body) throws IOException {
    try (SocketChannel channel = open()) {
      send(
          channel,
          "POST "
              + path
              + " HTTP/1.1\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\n\r\n"
              + body);
      return readAll(channel);
    }
  }

  private static String jobs(String list) {
    return "{\"jobs\":[" + list + "]}";
  }

  private static String first(String answer) {
    return answer.substring(0, Math.min(300, answer.length()));
  }
}

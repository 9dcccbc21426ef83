package io.directord.cli.top;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Against a server that says what it is told to say, and goes on following. */
@Timeout(300)
class JobTailTest {
  private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
  private static final Job JOB = JobJson.read(Json.object().put("verb", "RUN").put("command", "x"));

  /** What the server has. */
  private final AtomicReference<List<JobSummary>> jobs = new AtomicReference<>();

  @TempDir Path directory;

  private static JobSummary job(boolean processing) {
    return new JobSummary(
        JOB.id(),
        JOB.parent(),
        JobTitle.of(JOB),
        new JobOrigin("root", NOW, 0),
        processing,
        JobCounts.of(1),
        new JobTimes(Duration.ZERO, Duration.ZERO, processing ? null : NOW));
  }

  @Test
  void anEndThatWasNotToldIsFoundOut() throws Exception {
    jobs.set(List.of(job(true)));
    assertShows("-- has ended: ", new Event.Missed(5), () -> jobs.set(List.of(job(false))));
  }

  @Test
  void aJobThatTheServerDoesNotHaveAnyMoreIsNotWaitedFor() throws Exception {
    jobs.set(List.of());
    assertShows("-- the server does not have this job any more", null, () -> {});
  }

  /**
   * @param event told to the follower, after the change; null for none
   */
  private void assertShows(String line, Event event, Runnable change) throws Exception {
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(() -> serve(listener, event, change));
      try (JobTail tail = new JobTail(new ServerConnection(socket), job(true), () -> {})) {
        tail.start();
        await()
            .atMost(Duration.ofSeconds(240))
            .until(() -> tail.lines().lines().stream().anyMatch(one -> one.startsWith(line)));
        assertTrue(
            tail.lines().lines().stream().noneMatch(one -> one.contains("waiting for more")));
      }
    }
  }

  private void serve(ServerSocketChannel listener, Event event, Runnable change) {
    SocketChannel follower = null;
    while (listener.isOpen()) {
      try {
        SocketChannel client = listener.accept();
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        client.read(request);
        if (new String(request.array(), StandardCharsets.UTF_8).contains("/v1/events")) {
          follower = client;
          change.run();
          write(client, "text/event-stream", event == null ? "" : "data: " + json(event) + "\n\n");
        } else {
          ObjectNode known = Json.object();
          ArrayNode list = known.putArray("jobs");
          jobs.get().forEach(job -> list.add(Json.tree(job)));
          write(client, "application/json", json(known));
          client.close();
        }
      } catch (IOException e) {
        // The listener was closed.
        continue;
      }
    }
    close(follower);
  }

  private static void close(SocketChannel follower) {
    try {
      if (follower != null) {
        follower.close();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String json(Object value) {
    return new String(Json.bytes(value), StandardCharsets.UTF_8);
  }

  private static void write(SocketChannel client, String type, String body) throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n";
    client.write(ByteBuffer.wrap((head + body).getBytes(StandardCharsets.UTF_8)));
  }
}

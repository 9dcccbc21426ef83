package io.directord.cli.top;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.RunTimes;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage;
import io.directord.common.wire.OutputPosition;
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
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
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
        new JobOrigin("root", NOW, 0, false),
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

  /** A new follower is told all results again. */
  @Test
  void aConnectionThatIsRenewedLosesNoLineAndShowsNoneTwice() throws Exception {
    jobs.set(List.of(job(true)));
    Deque<String> streams = new ConcurrentLinkedDeque<>();
    String answer = data(answered("a", "one\ntwo\n"));
    streams.add(answer + data(streamed("b", "1\n2\n", 0, 0)));
    streams.add(answer + data(streamed("b", "4\n", 2, 3)) + data(answered("b", "1\n2\n3\n4\n5\n")));
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(() -> serve(listener, streams));
      try (JobTail tail = new JobTail(new ServerConnection(socket), job(true), () -> {})) {
        tail.start();
        await().atMost(Duration.ofSeconds(240)).until(() -> tail.lines().lines().contains("b| 5"));
        assertEquals(
            List.of(
                "a| one",
                "a| two",
                "b| 1",
                "b| 2",
                "b| -- lines that are missing here: 1",
                "b| 4",
                "b| 5"),
            tail.lines().lines().stream().filter(line -> !line.startsWith("-- ")).toList());
      }
    }
  }

  private static Event answered(String node, String stdout) {
    return new Event.NodeAnswered(
        JOB.id(),
        JOB.parent().id(),
        new NodeOutcome(
            node,
            NodeOutcome.State.SUCCEEDED,
            null,
            "",
            new CapturedOutput(stdout, ""),
            new RunTimes(Duration.ZERO, Duration.ZERO, NOW, NOW),
            RunDetails.NONE));
  }

  private static Event streamed(String node, String text, long pieces, long lines) {
    return new Event.JobOutput(
        JOB.id(),
        JOB.parent().id(),
        node,
        NodeMessage.Stream.STDOUT,
        text,
        new OutputPosition(pieces, lines),
        0);
  }

  private static String data(Event event) {
    return "data: " + json(event) + "\n\n";
  }

  /** Each stream is cut off at its end. */
  private void serve(ServerSocketChannel listener, Deque<String> streams) {
    while (listener.isOpen()) {
      try (SocketChannel client = listener.accept()) {
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        client.read(request);
        if (new String(request.array(), StandardCharsets.UTF_8).contains("/v1/events")) {
          write(client, "text/event-stream", streams.isEmpty() ? "" : streams.remove());
        } else {
          ObjectNode known = Json.object();
          ArrayNode list = known.putArray("jobs");
          jobs.get().forEach(job -> list.add(Json.tree(job)));
          write(client, "application/json", json(known));
        }
      } catch (IOException e) {
        // The listener was closed.
        continue;
      }
    }
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

package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.cli.follow.Run;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** What is known of jobs that another command has submitted. */
@Timeout(300)
class WatchedJobsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  @TempDir Path directory;

  @Test
  void whatWasLeftOutAtTheSubmissionIsKnownAsToWhomeverSubmitted() throws Exception {
    ObjectNode written = Json.object().put("verb", "COPY");
    written.putArray("undelivered").add("/tree/sub");
    Job job = JobJson.read(written);
    JobSummary summary =
        new JobSummary(
            job.id(),
            job.parent(),
            JobTitle.of(job),
            new JobOrigin("root", NOW, 1, false),
            false,
            JobCounts.of(0),
            new JobTimes(Duration.ZERO, Duration.ZERO, NOW));
    JobView view =
        new JobView(
            summary,
            JobJson.write(job),
            "root",
            List.of("expired"),
            List.of(),
            List.of("gone"),
            List.of());
    Path socket = directory.resolve("s.sock");
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    CompletableFuture<Void> server =
        CompletableFuture.runAsync(() -> answer(listener, Json.bytes(view)));
    WatchedJobs watched = new WatchedJobs(new ServerConnection(socket));

    watched.add(job.id().toString());

    server.get();
    Run run = new Run(watched.jobs());
    run.taken(watched.receipt());
    assertEquals(List.of(job.id()), watched.receipt().jobs());
    assertEquals(Set.of("expired"), run.leftOut());
    assertEquals(Set.of("gone"), run.forgotten());
    assertEquals(Set.of("/tree/sub"), run.undelivered());
  }

  private static void answer(ServerSocketChannel listener, byte[] body) {
    String head =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
            + body.length
            + "\r\n\r\n";
    try (listener;
        SocketChannel client = listener.accept()) {
      client.read(ByteBuffer.allocate(1 << 16));
      client.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
      client.write(ByteBuffer.wrap(body));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

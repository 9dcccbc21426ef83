package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.EndedNodes;
import io.directord.common.api.Event;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.Receipt;
import io.directord.common.config.Settings;
import io.directord.common.config.SettingsLoader;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that says what it is told to say. */
@Timeout(300)
class RunCommandTest {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private final Job job = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));

  @TempDir Path directory;

  /** Status 3 would say that nothing was submitted. */
  @Test
  void aServerThatIsGoneWhenTheJobsHaveEndedIsToldAsAWaitThatWasGivenUp() throws Exception {
    Path socket = directory.resolve("s.sock");
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    CompletableFuture<Void> server = CompletableFuture.runAsync(() -> tellTheEnd(listener));
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    FollowOptions options = new FollowOptions();
    options.poll = true;
    options.format = OutputFormat.JSON;
    Settings settings =
        SettingsLoader.load(
            Map.of(Settings.SOCKET_PATH, socket.toString()), Map.of("HOME", directory.toString()));
    RunCommand command = new RunCommand(settings, new Console(nowhere, nowhere, null), options);
    Receipt receipt = new Receipt(List.of(job.id()), List.of("a"), List.of(), List.of());

    Failure failure = assertThrows(Failure.class, () -> command.run(List.of(job), () -> receipt));

    server.get();
    assertEquals(ErrorCode.GAVE_UP, failure.code());
    assertTrue(failure.getMessage().contains("the jobs have ended"), failure::getMessage);
  }

  /** And nothing more: nobody listens any more. */
  private void tellTheEnd(ServerSocketChannel listener) {
    JobSummary ended =
        new JobSummary(
            job.id(),
            job.parent(),
            JobTitle.of(job),
            new JobOrigin("root", NOW, 0, false),
            false,
            JobCounts.of(0),
            new JobTimes(Duration.ZERO, Duration.ZERO, NOW));
    byte[] event = Json.bytes(new Event.JobEnded(ended, EndedNodes.NONE));
    String answer =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: "
            + new String(event, StandardCharsets.UTF_8)
            + "\n\n";
    try (listener;
        SocketChannel client = listener.accept()) {
      client.read(ByteBuffer.allocate(1 << 16));
      listener.close();
      client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.directord.cli.command;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.output.OutputFormat;
import io.directord.common.api.Bodies;
import io.directord.common.api.FetchedFrom;
import io.directord.common.api.ServerConnection;
import io.directord.common.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From a server that has something of one node, which is damaged. */
@Timeout(300)
class DownloadsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(240);
  private static final String HEAD =
      "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n";

  @TempDir Path directory;

  private final UUID job = UUID.randomUUID();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private ServerSocketChannel listener;
  private Downloads downloads;

  @BeforeEach
  void start() throws Exception {
    Path socket = directory.resolve("s.sock");
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    CompletableFuture.runAsync(this::serve);
    Console console =
        new Console(
            new PrintStream(OutputStream.nullOutputStream()),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            null);
    FetchDest dest = new FetchDest(directory.resolve("dest").toString());
    FetchOutput output = new FetchOutput(job, OutputFormat.TABLE, console.out());
    downloads = new Downloads(new ServerConnection(socket), job, dest, output, console);
  }

  @AfterEach
  void stop() throws IOException {
    downloads.close();
    listener.close();
  }

  @Test
  void whatIsDamagedStaysOnTheServerAndIsToldAsSuch() throws Exception {
    assertEquals(ExitStatus.FAILED, downloads.finish());
    assertTold();
    assertTrue(requests.stream().noneMatch(one -> one.startsWith("DELETE")), requests::toString);
  }

  @Test
  void whatWentWrongIsToldAlsoIfTheWaitIsGivenUp() throws Exception {
    downloads.begin();
    await()
        .atMost(TIMEOUT)
        .until(() -> requests.stream().filter(one -> one.endsWith("/fetched")).count() > 1);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
    downloads.giveUp();
    assertTold();
  }

  private void assertTold() {
    String told = err.toString(StandardCharsets.UTF_8);
    assertTrue(told.contains("a: nothing more can be read: "), told);
    assertTrue(told.contains("what the server has of a is damaged: "), told);
    assertFalse(told.contains("keeps all files"), told);
  }

  private void serve() {
    while (listener.isOpen()) {
      try (SocketChannel client = listener.accept()) {
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        client.read(request);
        String[] words =
            new String(request.array(), 0, request.position(), StandardCharsets.UTF_8).split(" ");
        client.write(ByteBuffer.wrap(answer(words[1]).getBytes(StandardCharsets.UTF_8)));
        requests.add(words[0] + " " + words[1]);
      } catch (IOException e) {
        // The listener was closed, or the client has gone.
        continue;
      }
    }
  }

  private String answer(String target) {
    if (target.endsWith("/fetched")) {
      Bodies.Fetched fetched =
          new Bodies.Fetched(job, List.of(new FetchedFrom("a", 20)), List.of());
      return reply("200 OK", "application/json", Json.text(fetched));
    }
    return target.contains("/fetched/a")
        ? reply("200 OK", "application/octet-stream", "this is no archive.\n")
        : reply("404 Not Found", "application/json", "{}");
  }

  private static String reply(String status, String type, String body) {
    return HEAD.formatted(status, type, body.length()) + body;
  }
}

package io.directord.common.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Against servers that misbehave; the real one is held to this library in its own module. */
@Timeout(300)
class ServerConnectionTest {
  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  @TempDir Path directory;
  private Path socket;
  private ServerConnection connection;

  @BeforeEach
  void choose() {
    socket = directory.resolve("s.sock");
    connection = new ServerConnection(socket);
  }

  @Test
  void saysThatThereIsNoSocket() throws Exception {
    assertNoServer("there is no such socket", connection);
    assertNoServer(
        "there is no such socket",
        new ServerConnection(Files.createFile(directory.resolve("file")).resolve("s.sock")));
  }

  @Test
  void saysThatNobodyListens() throws Exception {
    new CannedServer(socket).close();
    assertNoServer("nothing listens there any more", connection);
  }

  /** The mode that Directord 0.12 gives its socket; what it cannot read ends its process. */
  @Test
  void sendsNothingToAServerOfTheOriginal() throws Exception {
    try (CannedServer server = new CannedServer(socket, "")) {
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxr-x"));
      assertNoServer("belongs to a server of the original", connection);
      assertEquals(List.of(), server.requests);
    }
  }

  @Test
  void theModeAloneDoesNotMakeAServerOneOfTheOriginal() throws Exception {
    Files.createFile(directory.resolve("s.sock.lock"));
    String answer = reply("200 OK", "application/json", "{\"jobs\":[]}");
    try (CannedServer server = new CannedServer(socket, answer)) {
      Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rwxrwxr-x"));
      assertEquals(List.of(), connection.jobs(null));
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void sendsWhatItIsAskedFor() throws Exception {
    UUID parent = UUID.randomUUID();
    String answer = reply("200 OK", "application/json", "{\"jobs\":[],\"of_a_later_version\":1}");
    try (CannedServer server = new CannedServer(socket, answer)) {
      assertEquals(List.of(), connection.jobs(parent));
      String request = server.requests.get(0);
      assertTrue(
          request.startsWith("GET /v1/jobs?limit=1000&parent=" + parent + " HTTP/1.1\r\n"),
          request);
    }
  }

  @Test
  void saysWhatTheServerRefused() throws Exception {
    String problem = "{\"status\":404,\"title\":\"Not Found\",\"detail\":\"no such node\"}";
    try (var server =
        new CannedServer(socket, reply("404 Not Found", Problem.MEDIA_TYPE, problem))) {
      ApiException refusal =
          assertThrows(ApiException.class, () -> connection.forgetNodes("a b/c"));
      assertEquals("no such node", refusal.getMessage());
      assertEquals(404, refusal.problem().status());
      assertTrue(server.requests.get(0).startsWith("DELETE /v1/nodes/a%20b%2Fc "));
    }
  }

  @Test
  void understandsRefusalsThatAreNotProblemDocuments() throws Exception {
    try (var server =
        new CannedServer(
            socket,
            "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
            reply("502 Bad Gateway", "text/html", "<b>no</b>"))) {
      assertEquals(503, assertThrows(ApiException.class, connection::nodes).problem().status());
      assertEquals(502, assertThrows(ApiException.class, connection::nodes).problem().status());
      assertEquals(2, server.requests.size());
    }
  }

  @Test
  void aServerThatHasNoRoomJustNowIsAskedAgain() throws Exception {
    String busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n";
    List<String> told = new ArrayList<>();
    connection = new ServerConnection(socket, (reason, left) -> told.add(reason));
    String jobs = reply("200 OK", "application/json", "{\"jobs\":[]}");
    try (CannedServer server = new CannedServer(socket, busy, jobs, busy, busy, busy, jobs)) {
      assertEquals(List.of(), connection.jobs(null));
      assertEquals(List.of(), told, "a moment is not worth a word");
      assertEquals(List.of(), connection.jobs(null));
      assertEquals(6, server.requests.size());
      assertEquals(List.of("the server is busy: the server answered HTTP 503"), told);
    }
  }

  @Test
  void aBusyServerIsAskedAgainWhenItSaysWithinBounds() throws Exception {
    String[] said = {"7", "3600", "0", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999999"};
    List<String> answers = new ArrayList<>();
    for (String when : said) {
      answers.add(
          "HTTP/1.1 429 Too Many Requests\r\nRetry-After: "
              + when
              + "\r\nContent-Length: 0\r\n\r\n");
    }
    answers.add(reply("200 OK", "application/json", "{\"jobs\":[]}"));
    List<Duration> pauses = new ArrayList<>();
    try (CannedServer server = new CannedServer(socket, answers.toArray(String[]::new))) {
      ServerAddress address = new ServerAddress.Socket(socket);
      new ApiCalls(address, (reason, left) -> {}, pauses::add).get("/v1/jobs", Replies::jobs);
      assertEquals(said.length + 1, server.requests.size());
    }
    Duration unsaid = Duration.ofMillis(500);
    assertEquals(
        List.of(Duration.ofSeconds(7), Duration.ofSeconds(10), unsaid, unsaid, unsaid), pauses);
  }

  @Test
  void aJobThatIsDeletedBeforeItIsFollowedIsNotAwaited() throws Exception {
    UUID id = UUID.randomUUID();
    UUID parent = UUID.randomUUID();
    String open =
        "{\"summary\":{\"id\":\""
            + id
            + "\",\"parent\":{\"id\":\""
            + parent
            + "\"},\"processing\":true},\"definition\":{},\"nodes\":[]}";
    String problem = "{\"status\":404,\"title\":\"Not Found\",\"detail\":\"no such job\"}";
    try (CannedServer server =
        new CannedServer(
            socket,
            reply("200 OK", "application/json", open),
            EVENTS,
            reply("200 OK", "application/json", "{\"jobs\":[]}"),
            reply("404 Not Found", Problem.MEDIA_TYPE, problem))) {
      ApiException gone = assertThrows(ApiException.class, () -> connection.await(id));
      assertEquals("no such job", gone.getMessage());
      assertEquals(4, server.requests.size());
    }
  }

  @Test
  void ofAServerThatDoesNotAnswerTheCallerIsToldBeforeTheTimeout() throws Exception {
    String jobs = reply("200 OK", "application/json", "{\"jobs\":[]}");
    assertEquals(
        List.of(socket + " 60"),
        toldOfSilence(jobs, server -> assertEquals(List.of(), server.jobs(null))));
  }

  @Test
  void alsoOfOneThatDoesNotSayWhetherItHasAFile() throws Exception {
    Path file = directory.resolve("large");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(100 << 20);
    }
    String lacks = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    assertEquals(
        List.of(socket + " 70"),
        toldOfSilence(
            lacks,
            server ->
                assertThrows(
                    IOException.class,
                    () -> server.submit(List.of(), Map.of("0".repeat(64), file)))));
  }

  private interface Use {
    void of(ServerConnection server) throws Exception;
  }

  /** The server answers once the listener was notified, and not before. */
  private List<String> toldOfSilence(String reply, Use use) throws Exception {
    List<String> told = new CopyOnWriteArrayList<>();
    CountDownLatch notified = new CountDownLatch(1);
    BusyListener listener =
        new BusyListener() {
          @Override
          public void triesAgain(String reason, Duration left) {
            told.add(reason);
          }

          @Override
          public void isSilent(String of, Duration timeout) {
            told.add(of + " " + timeout.toSeconds());
            notified.countDown();
          }
        };
    ServerSocketChannel silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      silent.bind(UnixDomainSocketAddress.of(socket));
      Thread thread =
          new Thread(
              () -> {
                try (SocketChannel client = silent.accept()) {
                  notified.await();
                  client.write(ByteBuffer.wrap(reply.getBytes(StandardCharsets.UTF_8)));
                  client.read(ByteBuffer.allocate(1 << 16));
                  silent.close();
                } catch (IOException | InterruptedException e) {
                  told.add(e.toString());
                }
              });
      thread.start();
      use.of(new ServerConnection(socket, listener));
      thread.join();
    } finally {
      silent.close();
    }
    return told;
  }

  @Test
  void whatIsRefusedBeforeAllOfItIsSentIsSaid() throws Exception {
    String problem = "{\"status\":413,\"title\":\"Too Large\",\"detail\":\"too large\"}";
    try (var server =
        new CannedServer(socket, reply("413 Too Large", Problem.MEDIA_TYPE, problem))) {
      Job large =
          JobJson.read(Json.object().put("verb", "RUN").put("command", "x".repeat(5 << 20)));
      ApiException refusal =
          assertThrows(ApiException.class, () -> connection.submit(List.of(large), Map.of()));
      assertEquals("too large", refusal.getMessage());
      assertEquals(1, server.requests.size());
    }
  }

  @Test
  void answersThatMakeNoSenseAreErrorsInWords() throws Exception {
    String[] answers = {
      "SSH-2.0-OpenSSH_9.2\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
      "\0\1\2garbage",
      "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(1000),
      reply("200 OK", "text/html", "<html>"),
      reply("404 Not Found", "text/html", "<html>"),
      reply("200 OK", "application/json", ""),
      reply("200 OK", "application/json", "{}"),
      reply("200 OK", "application/json", "{\"nodes\":null}"),
      reply("200 OK", "application/json", "null"),
      reply("200 OK", "application/json", "{\"nodes\":7}"),
      reply("200 OK", "application/json", "[]"),
      "HTTP/1.1 200 OK\r\n" + "X: y\r\n".repeat(10)
    };
    try (CannedServer server = new CannedServer(socket, answers)) {
      for (String answer : answers) {
        IOException broken = assertThrows(IOException.class, connection::nodes, answer);
        assertTrue(
            broken.getMessage().startsWith("what answers at " + socket + " is not a directord"),
            broken.getMessage());
        assertFalse(broken.getMessage().contains("jackson"), broken.getMessage());
      }
      assertEquals(answers.length, server.requests.size());
    }
  }

  @Test
  void whoeverIsCutOffLearnsWhatIsKnownAndWhatToDo() throws Exception {
    String[] cut = {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"nodes\":"};
    String[] answers =
        Stream.of(cut).flatMap(one -> Stream.of(one, one, one)).toArray(String[]::new);
    try (var server = new CannedServer(socket, answers)) {
      for (int i = 0; i < cut.length; i++) {
        String question = assertThrows(IOException.class, connection::nodes).getMessage();
        assertTrue(question.contains("it has ended or was killed"), question);
        assertTrue(question.contains("this has changed nothing, so ask again"), question);

        String change =
            assertThrows(UndecidedException.class, () -> connection.forgetNodes("a")).getMessage();
        assertTrue(change.contains("it has ended or was killed"), change);
        assertTrue(change.contains("It may still make it; repeating"), change);
        assertFalse(change.contains("nothing"), change);

        Job job = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));
        String submission =
            assertThrows(UndecidedException.class, () -> connection.submit(List.of(job), Map.of()))
                .getMessage();
        assertTrue(submission.contains("It may have accepted them"), submission);
        assertTrue(submission.contains("--job-info ID"), submission);
      }
      assertEquals(answers.length, server.requests.size());
    }
  }

  @Test
  void anotherProgramAtTheSocketHasDecidedNothing() throws Exception {
    try (var server =
        new CannedServer(
            socket,
            "SSH-2.0-OpenSSH_9.2\r\n",
            reply("200 OK", "text/html", "<html>"),
            reply("200 OK", "application/json", "{}"))) {
      assertThrows(NoServerException.class, () -> connection.forgetNodes("a"));
      assertThrows(NoServerException.class, () -> connection.forgetNodes("a"));
      assertThrows(UndecidedException.class, () -> connection.forgetNodes("a"));
      assertEquals(3, server.requests.size());
    }
  }

  @Test
  void anUploadThatIsCutShortBringsTheReasonOfTheServer() throws Exception {
    Path file = Files.write(directory.resolve("large"), new byte[8 << 20]);
    String problem = "{\"status\":507,\"title\":\"Insufficient Storage\",\"detail\":\"disk full\"}";
    try (var server =
        new CannedServer(
            socket,
            "HTTP/1.1 404 Not Found\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n"
                + reply("507 Insufficient Storage", Problem.MEDIA_TYPE, problem))) {
      List<Long> progress = new ArrayList<>();
      ApiException refusal =
          assertThrows(
              ApiException.class,
              () ->
                  connection.submitAll(
                      List.of(),
                      Map.of("ab".repeat(32), file),
                      (path, bytes, size) -> progress.add(bytes)));
      assertEquals("disk full", refusal.getMessage());
      assertTrue(progress.get(progress.size() - 1) < 8 << 20, progress.toString());
      assertTrue(server.requests.get(0).contains("?path=%2F"), server.requests.get(0));
    }
  }

  @Test
  void followsUntilTheHandlerHasEnoughOrTheServerEnds() throws Exception {
    String stream =
        EVENTS
            + chunk(":\n\ndata: {\"event\":\"mis")
            + chunk("sed\",\"events\":3}\n\n: life\n\nevent: x\ndata:{\"event\":\"missed\",")
            + chunk("\"events\":4}\n\n");
    EventFilter filter = new EventFilter(Set.of(), EventFilter.Detail.OUTPUT);
    try (CannedServer server = new CannedServer(socket, stream, stream + "0\r\n\r\n", stream)) {
      List<Event> events = new ArrayList<>();
      connection.follow(filter, event -> events.add(event) && events.size() < 2);
      assertEquals(List.of(new Event.Missed(3), new Event.Missed(4)), events);
      assertThrows(IOException.class, () -> connection.follow(filter, event -> true));
      assertThrows(IOException.class, () -> connection.follow(filter, event -> true));
      assertTrue(server.requests.get(0).startsWith("GET /v1/events?detail=output HTTP/1.1"));
    }
  }

  @Test
  void whileNoneOfSeveralServersLeadsAFollowerWaits() throws Exception {
    Path other = directory.resolve("t.sock");
    String stream = EVENTS + chunk("data: {\"event\":\"missed\",\"events\":3}\n\n");
    EventFilter filter = new EventFilter(Set.of(), EventFilter.Detail.OUTPUT);
    try (CannedServer one = new CannedServer(socket, status(false), status(false));
        CannedServer two = new CannedServer(other, status(false), status(true), stream)) {
      List<Event> events = new ArrayList<>();
      new ServerConnection(List.of(socket, other))
          .follow(filter, event -> events.add(event) && events.isEmpty());
      assertEquals(List.of(new Event.Missed(3)), events);
      assertEquals(2, one.requests.size());
      assertEquals(3, two.requests.size());
    }
  }

  private static String status(boolean leads) {
    Leadership leadership = new Leadership(leads, null, 1, null, List.of());
    var status = new ServerStatus("1", Instant.EPOCH, Duration.ZERO, 0, 0, List.of(), leadership);
    return reply("200 OK", "application/json", Json.text(status));
  }

  private static void assertNoServer(String reason, ServerConnection connection) {
    NoServerException none = assertThrows(NoServerException.class, connection::status);
    assertTrue(none.getMessage().contains(reason), none.getMessage());
    assertTrue(none.getMessage().contains("directord server"), none.getMessage());
  }

  private static String reply(String status, String mediaType, String body) {
    return "HTTP/1.1 "
        + status
        + "\r\nContent-Type: "
        + mediaType
        + "\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  @Test
  void aDownloadThatIsCutOffGoesOnWhereItWas() throws Exception {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: ";
    try (CannedServer server =
            new CannedServer(
                socket, head + "10\r\n\r\n0123", head + "6\r\n\r\n456789", head + "0\r\n\r\n");
        Download in = connection.fetches().download(new UUID(1, 2), "node-a")) {
      assertEquals("0123456789", new String(in.readAllBytes(), StandardCharsets.UTF_8));
      assertEquals(1, in.resumptions());
      assertEquals(
          List.of("offset=0", "offset=4", "offset=10"),
          server.requests.stream()
              .map(text -> text.replaceAll("(?s).*[?](\\S+) .*", "$1"))
              .toList());
    }
  }
}

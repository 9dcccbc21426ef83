package io.directord.cli.follow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.cli.console.Console;
import io.directord.cli.console.Failure;
import io.directord.cli.console.StandardOutput;
import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.JobCounts;
import io.directord.common.api.JobOrigin;
import io.directord.common.api.JobSummary;
import io.directord.common.api.JobTimes;
import io.directord.common.api.JobTitle;
import io.directord.common.api.JobView;
import io.directord.common.api.LineRange;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.Receipt;
import io.directord.common.api.ResultView;
import io.directord.common.api.RunState;
import io.directord.common.api.RunTimes;
import io.directord.common.api.ServerConnection;
import io.directord.common.job.CapturedOutput;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.job.Outcome;
import io.directord.common.job.RunDetails;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import java.io.FileOutputStream;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Against a server that says what it is told to say. */
@Timeout(300)
class RunFollowerTest {
  private static final String NOT_FOUND = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

  @TempDir Path directory;

  @Test
  void resultsThatWereTooMuchAreAskedForOneByOneAndNotFollowedAgain() throws Exception {
    RunFixture fixture = new RunFixture(1, "a", "b");
    Event.NodeAnswered a = answered(fixture, "a");
    Event.NodeAnswered b = answered(fixture, "b");
    RunFixture fresh = new RunFixture(fixture.jobs, "a", "b");
    Path socket = directory.resolve("s.sock");
    String events =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + data(a)
            + data(Event.Missed.results(1))
            + data(fresh.ended(0));
    List<Event> shown = new ArrayList<>();
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture<List<String>> requests =
          CompletableFuture.supplyAsync(() -> answer(listener, List.of(events, result(b))));
      RunDisplay display = (event, run) -> shown.add(event);
      follow(fresh, socket, display);
      assertTrue(requests.get().get(1).contains("/nodes/b"), requests.get()::toString);
    }
    assertEquals(Set.of("a", "b"), fresh.run.job(fresh.jobs.get(0).id()).answers().keySet());
    assertEquals(3, shown.size(), shown::toString);
  }

  /** A server that is started again at the end of the wait is asked once more. */
  @Test
  void whatIsStillAskedForAtTheEndWaitsForAServerThatIsAway() throws Exception {
    RunFixture fixture = new RunFixture(1, "a");
    UUID parent = fixture.jobs.get(0).parent().id();
    RunState paused = new RunState(parent, "too many failures", 1, 0, 0, 1, null);
    String events =
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
            + data(new Event.RunChanged(paused));
    ObjectNode summary = Json.tree(((Event.JobEnded) fixture.ended(0)).job());
    ObjectNode job = Json.object().set("summary", summary);
    job.putObject("definition");
    job.putArray("nodes");
    ObjectNode jobs = Json.object();
    jobs.putArray("jobs").add(summary);
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      String list = reply(Json.bytes(jobs));
      List<String> answers = List.of(events, "", list, list, reply(Json.bytes(job)));
      CompletableFuture<List<String>> requests =
          CompletableFuture.supplyAsync(() -> answer(listener, answers));
      follow(fixture, socket, (event, run) -> {});
      assertTrue(requests.get().get(4).contains(fixture.jobs.get(0).id() + " HTTP"));
    }
  }

  /** A follower is told what is paused; what it is not told of goes on. */
  @Test
  void aRunThatWasResumedWhileTheServerWasAwayIsWaitedFor() throws Exception {
    List<Job> jobs = List.of(PausedRunTest.job("first"), PausedRunTest.job("second"));
    RunFixture fixture = new RunFixture(jobs, "a");
    UUID first = jobs.get(0).parent().id();
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    RunState paused = new RunState(first, "too many failures", 1, 0, 0, 1, null);
    Deque<String> streams =
        new ConcurrentLinkedDeque<>(
            List.of(
                head + data(new Event.RunChanged(paused)),
                head + data(fixture.ended(1)) + data(fixture.ended(0))));
    ObjectNode known = Json.object();
    known
        .putArray("jobs")
        .add(Json.tree(((Event.JobEnded) fixture.ended(0)).job()))
        .add(Json.tree(((Event.JobEnded) fixture.ended(1)).job()));
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(
          () ->
              serve(
                  listener,
                  target -> {
                    if (target.contains("/events")) {
                      return streams.poll();
                    }
                    return target.contains("/jobs/") ? NOT_FOUND : reply(Json.bytes(known));
                  }));
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
      RunDisplay display = (event, run) -> {};
      new RunFollower(
              new ServerConnection(socket),
              fixture.run,
              display,
              new NodeNotices(new Console(nowhere, nowhere, null), display),
              EventFilter.Detail.JOBS)
          .follow(
              () ->
                  new Receipt(
                      jobs.stream().map(Job::id).toList(), List.of("a"), List.of(), List.of()),
              null);
    }
    assertTrue(fixture.run.ended());
  }

  /** All that was told of them is known. */
  @Test
  void ofJobsThatHaveEndedNothingIsToldAgainWhenTheConnectionIsRenewed() throws Exception {
    RunFixture fixture = new RunFixture(2, "a");
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    ObjectNode known = Json.object();
    known.putArray("jobs").add(Json.tree(((Event.JobEnded) fixture.ended(1)).job()));
    String first = head + results(fixture, 0) + data(fixture.ended(0));
    String second = head + results(fixture, 1) + data(fixture.ended(1));
    RunFixture fresh = new RunFixture(fixture.jobs, "a");
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      String jobs = reply(Json.bytes(known));
      CompletableFuture<List<String>> requests =
          CompletableFuture.supplyAsync(() -> answer(listener, List.of(first, jobs, second, jobs)));
      follow(fresh, socket, (event, run) -> {});
      assertFalse(requests.get().get(0).contains(EventFilter.JOBS_HEADER));
      assertTrue(
          requests
              .get()
              .get(2)
              .contains(EventFilter.JOBS_HEADER + ": " + fixture.jobs.get(1).id() + "\r\n"),
          requests.get().get(2));
    }
  }

  @Test
  void ofManyOpenJobsTheEndedOnesAreNotToldAgainEither() throws Exception {
    RunFixture fixture = new RunFixture(200, "a");
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    String first = head + results(fixture, 0) + data(fixture.ended(0));
    RunFixture fresh = new RunFixture(fixture.jobs, "a");
    ObjectNode none = Json.object();
    none.putArray("jobs");
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      String jobs = reply(Json.bytes(none));
      CompletableFuture<List<String>> requests =
          CompletableFuture.supplyAsync(() -> answer(listener, List.of(first, jobs, head, jobs)));
      assertThrows(Failure.class, () -> follow(fresh, socket, (event, run) -> {}));
      String again = requests.get().get(2);
      assertTrue(again.contains(EventFilter.MARKS_HEADER + ": "), again);
      assertFalse(again.contains(EventFilter.JOBS_HEADER + ": "), again);
    }
  }

  /** Also where only failures are told as they come. */
  @Test
  void ofAPausedRunIsToldHowAllOfItsJobsStand() throws Exception {
    RunFixture fixture = new RunFixture(150, "a", "b");
    UUID parent = fixture.jobs.get(0).parent().id();
    RunState paused = new RunState(parent, "too many failures", 1, 0, 0, 1, null);
    Map<String, byte[]> views = new HashMap<>();
    ObjectNode list = Json.object();
    ArrayNode summaries = list.putArray("jobs");
    for (Job job : fixture.jobs) {
      JobSummary summary =
          new JobSummary(
              job.id(),
              job.parent(),
              JobTitle.of(job),
              new JobOrigin("root", Instant.EPOCH, 0, false),
              true,
              new JobCounts(2, 1, 0, 0, 0, 0),
              new JobTimes(Duration.ZERO, Duration.ZERO, null));
      List<NodeOutcome> nodes =
          List.of(
              outcome("a", NodeOutcome.State.SUCCEEDED), outcome("b", NodeOutcome.State.WAITING));
      summaries.add(Json.tree(summary));
      views.put(
          job.id().toString(),
          Json.bytes(
              new JobView(
                  summary, JobJson.write(job), "root", List.of(), List.of(), List.of(), nodes)));
    }
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(
          () ->
              serve(
                  listener,
                  target -> {
                    if (target.contains("/events")) {
                      return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
                          + data(new Event.RunChanged(paused));
                    }
                    byte[] view = views.get(target.substring(target.lastIndexOf('/') + 1));
                    return reply(view == null ? Json.bytes(list) : view);
                  }));
      follow(fixture, socket, (event, run) -> {});
    }
    for (Run.Progress job : fixture.run.jobs()) {
      assertEquals(Set.of("a"), job.answers().keySet(), job.title());
    }
  }

  private static NodeOutcome outcome(String node, NodeOutcome.State state) {
    return new NodeOutcome(
        node, state, null, "", CapturedOutput.EMPTY, RunTimes.NONE, RunDetails.NONE);
  }

  /** The jobs that have ended are purged. */
  @Test
  void aRunOfWhichAJobWasDeletedWhileTheServerWasAwayIsNotWaitedFor() throws Exception {
    RunFixture fixture = new RunFixture(2, "a");
    ObjectNode rest = Json.object();
    rest.putArray("jobs").add(Json.tree(((Event.JobEnded) fixture.ended(1)).job()));
    RunFixture fresh = new RunFixture(fixture.jobs, "a");
    String head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    Path socket = directory.resolve("s.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(
          () ->
              serve(
                  listener, target -> target.contains("/events") ? head : reply(Json.bytes(rest))));
      Failure gone = assertThrows(Failure.class, () -> follow(fresh, socket, (event, run) -> {}));
      assertTrue(gone.getMessage().contains("no longer knows these jobs"), gone::getMessage);
    }
  }

  @Test
  void aServerThatSaysNothingDoesNotMakeTheWaitMuchLongerThanItsTimeout() throws Exception {
    RunFixture fixture = new RunFixture(1, "a");
    Path socket = directory.resolve("s.sock");
    String events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(() -> answer(listener, List.of(events)));
      Failure tooLong =
          assertThrows(
              Failure.class,
              () -> follow(fixture, socket, (event, run) -> {}, () -> {}, Duration.ofSeconds(1)));
      assertTrue(tooLong.getMessage().startsWith("The jobs have not ended within 1 second"));
      assertTrue(
          tooLong.getMessage().contains("The server has not said more within 5 seconds"),
          tooLong::getMessage);
    }
  }

  /** One that is cut off would leave nobody knowing whether it was taken. */
  @Test
  void aSubmissionIsNotCutOffByTheTimeoutOfTheWait() throws Exception {
    RunFixture fixture = new RunFixture(1, "a");
    AtomicBoolean cutOff = new AtomicBoolean();
    Path socket = directory.resolve("s.sock");
    String events = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      CompletableFuture.runAsync(() -> answer(listener, List.of(events)));
      assertThrows(
          Failure.class,
          () ->
              follow(
                  fixture,
                  socket,
                  (event, run) -> {},
                  () -> {
                    try {
                      Thread.sleep(500);
                    } catch (InterruptedException e) {
                      cutOff.set(true);
                    }
                  },
                  Duration.ofMillis(20)));
    }
    assertFalse(cutOff.get());
  }

  @Test
  void outputThatCannotBeWrittenIsAnotherFailureThanOneThatNobodyReads() throws Exception {
    assertEquals(ErrorCode.GAVE_UP, unshown(new PrintStream(OutputStream.nullOutputStream())));
    try (FileOutputStream full = new FileOutputStream("/dev/full")) {
      PrintStream out = StandardOutput.of(full.getFD());
      out.print("streamed");
      assertEquals(ErrorCode.OUTPUT_NOT_WRITTEN, unshown(out));
    }
  }

  private static ErrorCode unshown(PrintStream out) {
    RunFixture fixture = new RunFixture(1, "a");
    RunDisplay display =
        new RunDisplay() {
          @Override
          public void on(Event event, Run run) {
            throw new AssertionError("nothing is followed");
          }

          @Override
          public boolean isUnread() {
            return true;
          }
        };
    RunFollower follower =
        new RunFollower(
            new ServerConnection(Path.of("/none")),
            fixture.run,
            display,
            new NodeNotices(new Console(out, out, null), display),
            EventFilter.Detail.NODES);
    return assertThrows(
            Failure.class,
            () ->
                follower.follow(
                    () -> {
                      throw new AssertionError("nothing is submitted");
                    },
                    null))
        .code();
  }

  private static void follow(RunFixture fixture, Path socket, RunDisplay display) throws Exception {
    follow(fixture, socket, display, () -> {}, null);
  }

  private static void follow(
      RunFixture fixture, Path socket, RunDisplay display, Runnable submission, Duration limit)
      throws Exception {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
    Receipt receipt =
        new Receipt(List.of(fixture.jobs.get(0).id()), List.of("a", "b"), List.of(), List.of());
    new RunFollower(
            new ServerConnection(socket),
            fixture.run,
            display,
            new NodeNotices(new Console(nowhere, nowhere, null), display),
            EventFilter.Detail.NODES)
        .follow(
            () -> {
              submission.run();
              return receipt;
            },
            limit);
  }

  private static String results(RunFixture fixture, int job) {
    return data(answered(fixture, job, "a")) + data(answered(fixture, job, "b"));
  }

  private static Event.NodeAnswered answered(RunFixture fixture, String node) {
    return answered(fixture, 0, node);
  }

  private static Event.NodeAnswered answered(RunFixture fixture, int job, String node) {
    return (Event.NodeAnswered) fixture.fails(job, node, Outcome.Reason.ERROR, RunDetails.NONE);
  }

  private static String data(Event event) {
    return "data: " + new String(Json.bytes(event), StandardCharsets.UTF_8) + "\n\n";
  }

  private static String result(Event.NodeAnswered answered) {
    return reply(Json.bytes(ResultView.of(answered.jobId(), answered.outcome(), LineRange.ALL)));
  }

  private static String reply(byte[] body) {
    return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
        + body.length
        + "\r\n\r\n"
        + new String(body, StandardCharsets.UTF_8);
  }

  /** Answers each request, by its target, until the listener is closed. */
  private static void serve(ServerSocketChannel listener, UnaryOperator<String> answers) {
    while (listener.isOpen()) {
      try (SocketChannel client = listener.accept()) {
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        client.read(request);
        String target =
            new String(request.array(), 0, request.position(), StandardCharsets.UTF_8)
                .split(" ")[1];
        client.write(ByteBuffer.wrap(answers.apply(target).getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        // The listener was closed, or the client has gone.
        continue;
      }
    }
  }

  private static List<String> answer(ServerSocketChannel listener, List<String> answers) {
    List<String> requests = new ArrayList<>();
    for (String answer : answers) {
      try (SocketChannel client = listener.accept()) {
        ByteBuffer request = ByteBuffer.allocate(1 << 16);
        client.read(request);
        requests.add(new String(request.array(), 0, request.position(), StandardCharsets.UTF_8));
        client.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
      } catch (IOException e) {
        requests.add(e.toString());
      }
    }
    return requests;
  }
}

package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.NodeView;
import io.directord.common.api.PastJobs;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.wire.NodeMessage;
import io.directord.server.memory.MemoryBudget.Use;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class FollowTest {
  private static final Job JOB = JobJson.read(Json.object().put("verb", "RUN"));
  private static final EventFilter ALL = new EventFilter(Set.of(), EventFilter.Detail.OUTPUT);

  @TempDir Path directory;
  @AutoClose private ApiFixture api;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory, ApiFixture.tight(), ApiFixture.littleMemory());
  }

  @Test
  void everyKindOfEventArrivesAsItWas() throws Exception {
    List<Event> sent =
        List.of(
            new Event.JobTaken(SampleViews.summary(JOB)),
            new Event.JobRunning(JOB.id(), JOB.parent().id(), "node-a"),
            output("line\r\nä€😀\u2028data: x\n\n"),
            new Event.NodeAnswered(
                JOB.id(), JOB.parent().id(), SampleViews.answered("node-a", "out\n")),
            SampleViews.ended(JOB, "node-a"),
            new Event.NodeChanged(SampleViews.node("node-a", NodeView.State.EXPIRED)));
    List<Event> got = new ArrayList<>();
    var following =
        CompletableFuture.runAsync(
            () -> follow(ALL, event -> got.add(event) && got.size() < sent.size()));
    awaitFollowers(1);
    sent.forEach(api.dispatch::emit);
    following.join();
    assertEquals(sent, got);
    awaitFollowers(0);
  }

  @Test
  void handsTheFilterOn() throws Exception {
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    EventFilter filter =
        new EventFilter(Set.of(one, two), EventFilter.Detail.NODES, Set.of(JOB.id(), two));
    var following = CompletableFuture.runAsync(() -> follow(filter, event -> false));
    awaitFollowers(1);
    api.dispatch.emit(new Event.Missed(1));
    following.join();
    assertEquals(List.of(filter), api.dispatch.filters);
  }

  @Test
  void handsOnWhichOfAnyNumberOfJobsAreOpen() throws Exception {
    Set<UUID> open = new HashSet<>();
    while (open.size() < 200) {
      open.add(UUID.randomUUID());
    }
    EventFilter filter =
        new EventFilter(Set.of(UUID.randomUUID()), EventFilter.Detail.NODES).resuming(open);
    var following = CompletableFuture.runAsync(() -> follow(filter, event -> false));
    awaitFollowers(1);
    api.dispatch.emit(new Event.Missed(1));
    following.join();
    assertEquals(List.of(filter), api.dispatch.filters);
    assertTrue(open.stream().allMatch(api.dispatch.filters.get(0).jobs()::contains));
    assertNotEquals(PastJobs.ALL, api.dispatch.filters.get(0).jobs());
  }

  @Test
  void aFollowerThatIsTooSlowIsToldHowMuchItMissedAndGoesOn() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    List<Event> got = new ArrayList<>();
    var following =
        CompletableFuture.runAsync(
            () ->
                follow(
                    ALL,
                    event -> {
                      slow.await();
                      got.add(event);
                      return !(event instanceof Event.JobEnded);
                    }));
    awaitFollowers(1);
    int emitted = 2000;
    for (int i = 0; i < emitted; i++) {
      api.dispatch.emit(output("x".repeat(1000)));
    }
    slow.countDown();
    await()
        .until(
            () -> {
              api.dispatch.emit(SampleViews.ended(JOB, "node-a"));
              return following.isDone();
            });
    following.join();

    long missed =
        got.stream()
            .filter(Event.Missed.class::isInstance)
            .mapToLong(event -> ((Event.Missed) event).events())
            .sum();
    long outputs = got.stream().filter(Event.JobOutput.class::isInstance).count();
    assertTrue(missed > 0, "nothing was dropped");
    assertTrue(outputs < emitted, "all was kept");
    assertTrue(outputs + missed >= emitted, outputs + " + " + missed);
    assertInstanceOf(Event.JobEnded.class, got.get(got.size() - 1));
  }

  @Test
  void aFollowerThatReadsNothingHoldsNobodyUp() throws Exception {
    try (RawHttp stuck = api.raw()) {
      stuck.send("GET /v1/events HTTP/1.1\r\n\r\n");
      awaitFollowers(1);
      for (int i = 0; i < 5000; i++) {
        api.dispatch.emit(output("x".repeat(1000)));
      }
      assertEquals(2, api.connection.nodes().size());
    }
    awaitFollowers(0);
  }

  @Test
  void followersThatReadNothingTakeNoMemoryFromOneThatDoes() throws Exception {
    List<RawHttp> stuck = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      stuck.add(api.raw().send("GET /v1/events?detail=output HTTP/1.1\r\n\r\n"));
    }
    awaitFollowers(5);
    List<Event> got = new CopyOnWriteArrayList<>();
    var following =
        CompletableFuture.runAsync(
            () -> follow(ALL, event -> got.add(event) && !(event instanceof Event.JobEnded)));
    awaitFollowers(6);
    for (int i = 0; i < 3000; i++) {
      api.dispatch.emit(output("x".repeat(1000)));
    }
    await()
        .until(
            () -> {
              api.dispatch.emit(output("y".repeat(9000)));
              return got.stream()
                  .anyMatch(e -> e instanceof Event.JobOutput o && o.text().startsWith("yyy"));
            });
    api.dispatch.emit(SampleViews.ended(JOB));
    following.join();
    for (RawHttp each : stuck) {
      each.close();
    }
    awaitFollowers(0);
    await().until(() -> api.memory.share(Use.FOLLOWERS).reserved() == 0);
  }

  @Test
  void followersLeaveConnectionsForOthers() throws Exception {
    List<RawHttp> all = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      all.add(api.raw().send("GET /v1/events HTTP/1.1\r\n\r\n"));
    }
    awaitFollowers(6);
    assertTrue(api.ask("GET /v1/events HTTP/1.1").startsWith("HTTP/1.1 503 "));
    assertEquals(2, api.connection.nodes().size());
    for (RawHttp each : all) {
      each.close();
    }
  }

  @Test
  void aServerThatStopsEndsTheFollowing() throws Exception {
    var following = CompletableFuture.runAsync(() -> follow(ALL, event -> true));
    awaitFollowers(1);
    api.close();
    CompletionException end = assertThrows(CompletionException.class, following::join);
    assertInstanceOf(EOFException.class, end.getCause().getCause());
    awaitFollowers(0);
  }

  @Test
  void aFollowerCanBeInterrupted() throws Exception {
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread follower =
        new Thread(
            () -> {
              try {
                api.connection.follow(ALL, event -> true);
                end.complete(null);
              } catch (Exception e) {
                end.complete(e);
              }
            });
    follower.start();
    awaitFollowers(1);
    follower.interrupt();
    assertInstanceOf(InterruptedIOException.class, end.join());
    awaitFollowers(0);
  }

  private void follow(EventFilter filter, Handler handler) {
    try {
      api.connection.follow(
          filter,
          event -> {
            try {
              return handler.on(event);
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
          });
    } catch (Exception e) {
      throw new CompletionException(new RuntimeException(e));
    }
  }

  private interface Handler {
    boolean on(Event event) throws InterruptedException;
  }

  private void awaitFollowers(int count) {
    await().until(() -> api.dispatch.followers.size() == count);
  }

  private static Event output(String text) {
    return new Event.JobOutput(
        JOB.id(), JOB.parent().id(), "node-a", NodeMessage.Stream.STDOUT, text, null, 0);
  }
}

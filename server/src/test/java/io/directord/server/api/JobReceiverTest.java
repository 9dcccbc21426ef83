package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.ApiException;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.validation.ErrorCode;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.memory.MemoryBudget.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Results that together are larger than what may be in memory. */
@Timeout(300)
class JobReceiverTest {
  private static final int NODES = 300;
  private static final String OUTPUT = "x".repeat(1 << 20);

  @TempDir Path directory;
  private final AtomicInteger read = new AtomicInteger();
  @AutoClose private ApiFixture api;
  private Job job;

  @BeforeEach
  void start() throws Exception {
    api = new ApiFixture(directory);
    job = JobJson.read(Json.object().put("verb", "RUN").put("command", "true"));
    api.connection.submit(List.of(job), Map.of());
  }

  private void results(int size, IntFunction<NodeOutcome> result) {
    api.dispatch.results =
        new AbstractList<>() {
          @Override
          public NodeOutcome get(int at) {
            read.incrementAndGet();
            return result.apply(at);
          }

          @Override
          public int size() {
            return size;
          }
        };
  }

  @Test
  void resultsAreReadOnlyAsFastAsTheAskerTakesThem() throws Exception {
    results(NODES, at -> SampleViews.answered("node-" + at, OUTPUT));
    try (RawHttp http = api.raw()) {
      http.send("GET /v1/jobs/" + job.id() + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
      http.readUntil("\"node-0\"");
      await().during(Duration.ofMillis(500)).until(() -> read.get() < 20);
    }
  }

  @Test
  void callersThatDoNotReadHoldNobodyUp() throws Exception {
    results(NODES, at -> SampleViews.answered("node-" + at, OUTPUT));
    List<RawHttp> stuck = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      stuck.add(api.raw().send("GET /v1/jobs/last HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }
    await().until(() -> read.get() >= 40);
    results(20, at -> SampleViews.answered("node-" + at, OUTPUT));
    CompletableFuture<JobView> view = new CompletableFuture<>();
    new Thread(
            () -> {
              try {
                view.complete(api.connection.job(job.id()));
              } catch (IOException e) {
                view.completeExceptionally(e);
              }
            })
        .start();
    await().until(view::isDone);
    assertEquals(20, view.join().nodes().size());
    for (RawHttp each : stuck) {
      each.close();
    }
    await().until(() -> api.memory.share(Use.FOLLOWERS).reserved() == 0);
  }

  @Test
  void oneResultIsMadeAtATimeHoweverManyAsk() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    CompletableFuture<Void> goOn = new CompletableFuture<>();
    results(
        1,
        at -> {
          seen.add(inside.incrementAndGet());
          goOn.join();
          inside.decrementAndGet();
          return SampleViews.answered("node", "hello");
        });
    List<RawHttp> asking = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      asking.add(api.raw().send("GET /v1/jobs/last HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    }

    await().until(() -> threads(Thread.State.BLOCKED) == 2 || seen.size() > 1);
    goOn.complete(null);
    for (RawHttp each : asking) {
      each.readUntil("}]}");
      each.close();
    }
    assertEquals(Set.of(1), seen);
  }

  private static long threads(Thread.State state) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("api-disk") && thread.getState() == state)
        .count();
  }

  @Test
  void aResultThatIsMadeTwiceIsTheSameOrTheReplyIsCut() throws Exception {
    AtomicInteger version = new AtomicInteger();
    results(1, at -> SampleViews.answered("node", version.get() + OUTPUT));
    for (boolean changes : new boolean[] {false, true}) {
      try (RawHttp http = api.raw()) {
        http.send("GET /v1/jobs/last HTTP/1.1\r\nHost: localhost\r\n\r\n");
        http.readUntil("\"node\"");
        // Nobody reads for a while, so the result is let go.
        await().until(() -> api.memory.share(Use.FOLLOWERS).reserved() < OUTPUT.length());
        version.addAndGet(changes ? 1 : 0);
        assertEquals(!changes, http.readAll().endsWith("\r\n0\r\n\r\n"));
      }
    }
    assertTrue(read.get() > 2, "it was made " + read + " times");
  }

  @Test
  void aLargeJobComesWhole() throws Exception {
    results(50, at -> SampleViews.answered("node-" + at, OUTPUT));
    JobView view = api.connection.job(job.id());
    assertEquals(50, view.nodes().size());
    assertEquals(OUTPUT, view.nodes().get(49).stdout());
    // Each is read once, but for one that nobody takes for a second.
    assertTrue(read.get() < 2 * 50, "read " + read);
  }

  @Test
  void aSmallOneHasALengthAndLeavesTheConnectionOpen() throws Exception {
    try (RawHttp http = api.raw()) {
      for (int i = 0; i < 2; i++) {
        http.send("GET /v1/jobs/last HTTP/1.1\r\nHost: localhost\r\n\r\n");
        String head = http.readUntil("\r\n\r\n");
        assertTrue(head.startsWith("HTTP/1.1 200 ") && head.contains("content-length: "), head);
        http.readUntil("\"node-b\"");
        http.readUntil("}]}");
      }
    }
  }

  @Test
  void aJobThatIsPurgedWhileItIsReadIsNotTakenForWhole() {
    results(
        NODES,
        at -> {
          if (at == 100) {
            throw gone();
          }
          return SampleViews.answered("node-" + at, OUTPUT);
        });
    IOException cut = assertThrows(IOException.class, () -> api.connection.job(job.id()));
    assertFalse(cut instanceof ApiException, cut::toString);

    results(
        3,
        at -> {
          throw gone();
        });
    ApiException refused = assertThrows(ApiException.class, () -> api.connection.job(job.id()));
    assertEquals(404, refused.problem().status());
  }

  private static RefusedException gone() {
    return new RefusedException(
        RefusedException.Kind.NOT_FOUND, ErrorCode.UNKNOWN_JOB, "there is no such job any more");
  }
}

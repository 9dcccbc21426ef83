package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.config.HookSettings;
import io.directord.common.job.Job;
import io.directord.common.job.JobJson;
import io.directord.common.json.Json;
import io.directord.common.target.TargetGroups;
import io.directord.server.FakeNode;
import io.directord.server.TestClock;
import io.directord.server.TestServer;
import io.directord.server.store.Change;
import io.directord.server.store.MemoryStore;
import io.directord.server.store.StoredHookEvent;
import io.directord.server.time.Moment;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What hooks are told, by a server whose clock moves only when a test says so. */
@Timeout(300)
class HookBookTest {
  private final TestClock clock = new TestClock();
  private MemoryStore store;
  private TestServer server = server(Set.copyOf(HookSettings.EVENTS));

  private TestServer server(Set<String> on) {
    HookSettings.Hook hook = new HookSettings.Hook("pager", null, List.of("/bin/true"), null, on);
    store = new MemoryStore();
    return new TestServer(
        store,
        clock,
        new DispatchLimits(
            100,
            TestServer.HEARTBEAT,
            1000,
            Duration.ofDays(1),
            TargetGroups.NONE,
            new HookSettings(List.of(hook)),
            null));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private List<String> types() {
    return server.told().stream().map(StoredHookEvent::type).toList();
  }

  private JsonNode data(int i) {
    return Json.read(server.told().get(i).body(), JsonNode.class).get("data");
  }

  @Test
  void failedJobsAndEndedRunsAreToldInOrderWithoutArguments() {
    await().until(() -> types().equals(List.of("server.started")));
    server.node("a").answering(run -> FakeNode.failure(run.job().id())).join();
    Job job = TestServer.job();
    UUID id = server.submit(job).get(0);

    await().until(() -> types().contains("run.ended"));

    List<String> all = types().stream().filter(type -> !type.startsWith("node")).toList();
    assertEquals(List.of("server.started", "job.failed", "run.ended"), all);
    int at = types().indexOf("job.failed");
    assertEquals(id.toString(), data(at).get("job").asString());
    assertEquals("[\"a\"]", data(at).get("failed_nodes").toString());
    assertEquals(job.parent().id(), server.told().get(at).run());
    assertEquals(1, data(at + 1).get("jobs_failed").asInt());
    for (StoredHookEvent event : server.told()) {
      assertFalse(event.body().contains("command"), event.body());
    }
    server.pass(HookQueue.GATHERING.plusSeconds(1));
    await().until(() -> store.hookEvents().isEmpty());
  }

  /** A program that does not read its event would otherwise hold up the hook for good. */
  @Test
  void eventsFitIntoAPipeHoweverLongTheNamesOfJobsAre() {
    server.node("a").answering(run -> FakeNode.failure(run.job().id())).join();
    ObjectNode json = JobJson.write(TestServer.job());
    json.put("job_name", "x".repeat(100_000)).put("parent_name", "\uD83D\uDE00".repeat(100_000));
    json.put("parent_sha3_224", "a".repeat(56));
    server.submit(JobJson.read(json));

    await().until(() -> types().contains("run.ended"));

    JsonNode failed = data(types().indexOf("job.failed"));
    assertEquals("x".repeat(HookBook.MAX_NAME - 3) + "...", failed.get("job_name").asString());
    for (StoredHookEvent event : server.told()) {
      int bytes = event.body().getBytes(StandardCharsets.UTF_8).length;
      assertTrue(bytes < 32 << 10, event.type() + " has " + bytes + " bytes");
    }
  }

  @Test
  void aSuccessIsAnEndedRunOnly() {
    server.close();
    server = server(Set.of("job.failed", "run.ended"));
    server.node("a").succeeding().join();
    server.submit(TestServer.job());
    await().until(() -> types().equals(List.of("run.ended")));
    assertEquals(0, data(0).get("jobs_failed").asInt());
  }

  @Test
  void nodesThatAreLostTogetherShareOneEvent() {
    server.close();
    server = server(Set.of("node.lost"));
    for (int i = 0; i < 300; i++) {
      server.node("node-" + i).join();
    }
    server.pass(TestServer.HEARTBEAT.multipliedBy(4));
    await().until(() -> TestServer.get(server.dispatch().nodes(TestServer.CALLER)).size() == 300);
    server.pass(Duration.ofSeconds(10));

    await().until(() -> types().equals(List.of("node.lost")));
    assertEquals(300, data(0).get("nodes").asInt());
    assertEquals(HookQueue.MAX_NAMES, data(0).get("names").size());
  }

  private static HookSettings.Hook hook(String name, String on) {
    return new HookSettings.Hook(name, null, List.of("/bin/true"), null, Set.of(on));
  }

  private static StoredHookEvent waiting(String hook, long seq) {
    return new StoredHookEvent(hook, seq, "job.failed", UUID.randomUUID(), Instant.EPOCH, "{}");
  }

  private static List<StoredHookEvent> put(Turn turn) {
    return turn.changes().stream()
        .filter(Change.PutHookEvent.class::isInstance)
        .map(change -> ((Change.PutHookEvent) change).event())
        .toList();
  }

  @Test
  void whatIsTooMuchIsLeftOutAndTheNextEventSaysHowMuch() {
    HookBook book =
        new HookBook(
            new HookSettings(List.of(hook("pager", "node.joined"))), new KeptJobs(0, false));
    List<StoredHookEvent> events = new ArrayList<>();
    for (int i = 1; i <= HookQueue.MAX_EVENTS; i++) {
      events.add(waiting("pager", i));
    }
    Moment now = new Moment(Duration.ZERO, Instant.EPOCH);
    book.recover(events, new Turn(now));
    Turn full = new Turn(now);
    book.joined("web-1", full);
    book.joined("web-2", full);
    assertEquals(List.of(), put(full));
    assertEquals(2, full.effects().stream().filter(Effect.HookDropped.class::isInstance).count());

    Turn after = new Turn(now);
    book.delivered(events.get(0), after);
    book.joined("web-3", after);
    assertEquals(1, put(after).size());
    JsonNode body = Json.read(put(after).get(0).body(), JsonNode.class);
    assertEquals(2, body.path("dropped").asInt());
    assertEquals("web-3", body.at("/data/names/0").asString());
  }

  @Test
  void hooksAreReplacedAndWhatWaitsForThoseThatAreGoneIsForgotten() {
    HookBook book =
        new HookBook(
            new HookSettings(List.of(hook("pager", "node.joined"), hook("log", "node.joined"))),
            new KeptJobs(0, false));
    Moment now = new Moment(Duration.ZERO, Instant.EPOCH);
    StoredHookEvent kept = waiting("pager", 1);
    StoredHookEvent gone = waiting("log", 2);
    book.recover(List.of(kept, gone), new Turn(now));

    Turn turn = new Turn(now);
    book.replace(
        new HookSettings(List.of(hook("chat", "node.joined"), hook("pager", "node.lost"))), turn);
    assertEquals(List.of(new Change.ForgetHookEvent(gone.key())), turn.changes());

    Turn joined = new Turn(now);
    book.joined("web-1", joined);
    assertEquals(List.of("chat"), put(joined).stream().map(StoredHookEvent::hook).toList());
    Turn told = new Turn(now);
    book.delivered(gone, told);
    assertEquals(List.of(), told.changes());
    book.delivered(kept, told);
    assertEquals(List.of(new Change.ForgetHookEvent(kept.key())), told.changes());
  }

  @Test
  void whatWasNotDeliveredIsToldAgainByTheNextServer() {
    server.close();
    store = new MemoryStore();
    StoredHookEvent left =
        new StoredHookEvent("pager", 7, "job.failed", UUID.randomUUID(), clock.instant(), "{}");
    StoredHookEvent gone =
        new StoredHookEvent("gone", 8, "job.failed", UUID.randomUUID(), clock.instant(), "{}");
    store.commit(List.of(new Change.PutHookEvent(left), new Change.PutHookEvent(gone)));
    HookSettings.Hook hook =
        new HookSettings.Hook("pager", null, List.of("/bin/true"), null, Set.of("server.started"));
    server =
        new TestServer(
            store,
            clock,
            new DispatchLimits(
                100,
                TestServer.HEARTBEAT,
                1000,
                Duration.ofDays(1),
                TargetGroups.NONE,
                new HookSettings(List.of(hook)),
                null));

    await().until(() -> types().equals(List.of("job.failed", "server.started")));
    assertEquals(left, server.told().get(0));
    assertTrue(server.told().get(1).seq() > 7);
    await().until(() -> store.hookEvents().isEmpty());
  }
}

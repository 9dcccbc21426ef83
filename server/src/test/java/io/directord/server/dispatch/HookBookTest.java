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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What hooks are told, by a server whose clock moves only when a test says so. */
@Timeout(120)
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
            new HookSettings(List.of(hook))));
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

  private void pass(Duration time) {
    for (Duration left = time; !left.isZero(); left = left.minusSeconds(1)) {
      clock.advance(Duration.ofSeconds(1));
      TestServer.get(server.dispatch().nodes(TestServer.CALLER));
    }
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
    pass(HookBook.GATHERING.plusSeconds(1));
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
    pass(TestServer.HEARTBEAT.multipliedBy(4));
    await().until(() -> TestServer.get(server.dispatch().nodes(TestServer.CALLER)).size() == 300);
    pass(Duration.ofSeconds(10));

    await().until(() -> types().equals(List.of("node.lost")));
    assertEquals(300, data(0).get("nodes").asInt());
    assertEquals(HookBook.MAX_NAMES, data(0).get("names").size());
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
                new HookSettings(List.of(hook))));

    await().until(() -> types().equals(List.of("job.failed", "server.started")));
    assertEquals(left, server.told().get(0));
    assertTrue(server.told().get(1).seq() > 7);
    await().until(() -> store.hookEvents().isEmpty());
  }
}

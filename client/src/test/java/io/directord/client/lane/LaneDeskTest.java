package io.directord.client.lane;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.TestVerbs;
import io.directord.common.component.Component;
import io.directord.common.component.NodeContext;
import io.directord.common.job.Job;
import io.directord.common.job.Outcome;
import io.directord.common.job.Parent;
import io.directord.common.wire.ServerMessage;
import io.directord.verbs.builtin.QueueSentinelComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What jobs ask of the lanes, and those that need not wait for them. */
class LaneDeskTest extends LanesFixture {
  @Test
  void aJobThatBypassesTheLanesRunsThoughAllAreBusy() throws Exception {
    List<Job> blocked = new ArrayList<>();
    for (int i = 0; i < ASYNC_LANES + 1; i++) {
      blocked.add(TestVerbs.job("BLOCK", "", TestVerbs.parent(i > 0)));
    }
    run(blocked);
    await().until(() -> running.get() == ASYNC_LANES + 1);
    Job bypass = bypassing("OK", TestVerbs.parent(false));
    run(List.of(bypass));
    awaitEnd(List.of(bypass));
    gate.countDown();
    awaitEnd(blocked);
  }

  @Test
  void aSentinelDropsWhatIsQueuedBeforeItAndNothingElse() throws Exception {
    verbs.put("QUEUESENTINEL", new QueueSentinelComponent());
    Parent parent = TestVerbs.parent(false);
    Job running = TestVerbs.job("BLOCK", "");
    Job queued = TestVerbs.job("OK", "queued", parent);
    Job async = TestVerbs.job("BLOCK", "", TestVerbs.parent(true));
    Job asyncQueued = TestVerbs.job("OK", "queued", async.parent());
    run(List.of(running, queued, async, asyncQueued));
    await().until(() -> this.running.get() == 2);
    Job sentinel = bypassing("QUEUESENTINEL", parent);
    Job later = TestVerbs.job("OK", "later");
    run(List.of(sentinel, later));
    awaitEnd(List.of(sentinel, queued, asyncQueued));
    assertEquals(
        new Outcome.Failed(Outcome.Reason.DROPPED, "Omitted due to sentinel from " + sentinel.id()),
        results.get(queued.id()).outcome());
    assertEquals(Outcome.Reason.DROPPED, reason(asyncQueued));
    assertTrue(results.get(sentinel.id()).outcome().isSuccess());
    gate.countDown();
    awaitEnd(List.of(running, async, later));
    assertTrue(results.get(running.id()).outcome().isSuccess());
    assertTrue(results.get(async.id()).outcome().isSuccess());
    assertTrue(results.get(later.id()).outcome().isSuccess());
  }

  @Test
  void aJobMayWaitForTheServersWord() throws Exception {
    verbs.put("WAITS", waiting(Duration.ofMinutes(10)));
    Job good = TestVerbs.job("WAITS", "good");
    Job bad = TestVerbs.job("WAITS", "bad");
    run(List.of(good, bad));
    await().until(() -> "good".equals(waiting.get(good.id())));
    lanes.resume(new ServerMessage.Resume(bad.id(), true, "too early"));
    lanes.resume(new ServerMessage.Resume(good.id(), true, "all have answered"));
    lanes.resume(new ServerMessage.Resume(good.id(), true, "again"));
    await().until(() -> waiting.containsKey(bad.id()));
    lanes.resume(new ServerMessage.Resume(bad.id(), false, "nobody answered"));
    awaitEnd(List.of(good, bad));
    assertEquals("all have answered", results.get(good.id()).outcome().info());
    assertEquals(
        new Outcome.Failed(Outcome.Reason.ERROR, "nobody answered"),
        results.get(bad.id()).outcome());
    assertEquals(Map.of(), waiting);
  }

  @Test
  void aWordThatDoesNotComeInTimeFailsTheJob() throws Exception {
    verbs.put("WAITS", waiting(Duration.ofMillis(20)));
    Job job = TestVerbs.job("WAITS", "");
    run(List.of(job));
    awaitEnd(List.of(job));
    assertEquals(Outcome.Reason.TIMEOUT, reason(job));
    assertEquals(Map.of(), waiting);
  }

  @Test
  void aJobMayHoldBackAllOthersOfTheNode() throws Exception {
    verbs.put("HOLD", TestVerbs.verb("HOLD", (text, node) -> hold(node, text)));
    Job hold = TestVerbs.job("HOLD", "PT0.3S");
    Job plain = TestVerbs.job("OK", "");
    Job async = TestVerbs.job("OK", "", TestVerbs.parent(true));
    run(List.of(hold, plain));
    awaitEnd(List.of(hold));
    run(List.of(async));
    awaitEnd(List.of(plain, async));
    Instant earliest = results.get(hold.id()).startedAt().plusMillis(290);
    assertTrue(results.get(plain.id()).startedAt().isAfter(earliest));
    assertTrue(results.get(async.id()).startedAt().isAfter(earliest));
  }

  @Test
  void jobsThatAreHeldBackRunWhenTheClientHasStartedAgain() throws Exception {
    verbs.put("HOLD", TestVerbs.verb("HOLD", (text, node) -> hold(node, text)));
    Job hold = TestVerbs.job("HOLD", "PT10M");
    Job held = TestVerbs.job("OK", "");
    run(List.of(hold, held));
    awaitEnd(List.of(hold));
    lanes.close();
    processes.close();
    cache.close();
    journal.close();
    assertFalse(results.containsKey(held.id()));
    open();
    lanes.add(reopened.toRun());
    awaitEnd(List.of(held));
  }

  private static Outcome hold(NodeContext node, String time) {
    node.holdBack(Duration.parse(time));
    return new Outcome.Succeeded(time);
  }

  private static Component<?> waiting(Duration limit) {
    return TestVerbs.verb(
        "WAITS", (text, node) -> new Outcome.Succeeded(node.coordinate(text, limit)));
  }

  private static Job bypassing(String verb, Parent parent) {
    Job job = TestVerbs.job(verb, "", parent);
    job.arguments().put(Job.BYPASS, true);
    return job;
  }
}

package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeView;
import io.directord.common.api.Objection;
import io.directord.common.job.Job;
import io.directord.server.TestServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectionsTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void nothingIsAgainstJobsForNodesThatAreThereAndNothingIsRun() {
    var node = server.node("a").succeeding().join();

    assertEquals(List.of(), check(TestServer.job(), TestServer.job("a")));

    assertEquals(List.of(), TestServer.get(server.dispatch().jobs(null)));
    assertEquals(List.of(), node.jobs());
  }

  @Test
  void aTargetThatIsNotThereIsNamedOnceWithTheFirstJob() {
    server.node("a").join();
    Job good = TestServer.job("a");
    Job bad = TestServer.job("a", "aa");

    List<Objection> objections = check(good, bad, TestServer.job("aa"));

    assertEquals(
        List.of(new Objection(bad.id(), "no node of the name aa; there are: a")), objections);
  }

  @Test
  void anExpiredTargetIsObjectedTo() {
    server.node("a").join();
    server.clock().advance(TestServer.HEARTBEAT.multipliedBy(3).plus(Duration.ofSeconds(2)));
    await()
        .until(
            () ->
                TestServer.get(server.dispatch().nodes()).get(0).state() == NodeView.State.EXPIRED);
    server.node("b").join();

    List<Objection> objections = check(TestServer.job("a", "b"), TestServer.job());

    assertEquals(1, objections.size(), objections::toString);
    assertTrue(objections.get(0).message().startsWith("node a has expired: "));
  }

  @Test
  void withoutAnyNodeThereIsNobodyForEveryNode() {
    List<Objection> objections = check(TestServer.job(), TestServer.job());

    assertEquals(1, objections.size(), objections::toString);
    assertTrue(objections.get(0).message().startsWith("no node has enrolled yet"));
  }

  private List<Objection> check(Job... jobs) {
    return TestServer.get(server.dispatch().check(List.of(jobs)));
  }
}

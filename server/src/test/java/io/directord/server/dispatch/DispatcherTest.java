package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DispatcherTest {
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
  void runsAJobOnEveryNodeAndKeepsTheResults() {
    FakeNode a = server.node("a").succeeding().join();
    FakeNode b = server.node("b").answering(run -> FakeNode.failure(run.job().id())).join();
    Job job = TestServer.job();

    server.submit(job);
    await().until(() -> !server.summary(job.id()).processing());

    JobView view = server.view(job.id());
    assertEquals(2, view.summary().targets());
    assertEquals(1, view.summary().succeeded());
    assertEquals(1, view.summary().failed());
    assertEquals("done", view.nodes().get(0).stdout());
    assertEquals(NodeOutcome.State.FAILED, view.nodes().get(1).state());
    assertEquals("tester", view.submittedBy());
    await().until(() -> a.safe().contains(job.id()) && b.safe().contains(job.id()));
  }

  @Test
  void keepsTheOrderOfSubmissionOnEveryNode() {
    FakeNode node = server.node("a").join();
    Job[] jobs = new Job[200];
    for (int i = 0; i < jobs.length; i++) {
      jobs[i] = TestServer.job();
    }

    List<UUID> ids = server.submit(jobs);

    await().until(() -> node.jobs().size() == jobs.length);
    assertEquals(ids, node.jobs());
  }

  @Test
  void refusesAJobForAllWhenThereIsNoNode() {
    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));

    assertEquals(RefusedException.Kind.INVALID, refused.kind());
    assertTrue(refused.getMessage().startsWith("no node has enrolled yet"));
  }

  @Test
  void refusesAJobWhoseContentIsMissing() {
    server.node("a").join();
    server.contents().missing.addAll(Set.of("abc"));

    RefusedException refused =
        assertThrows(RefusedException.class, () -> server.submit(TestServer.job()));

    assertTrue(refused.getMessage().contains("its content abc is not here"));
    assertTrue(server.contents().open.isEmpty());
  }

  @Test
  void releasesContentWhenTheJobHasEndedEverywhere() {
    FakeNode a = server.node("a").join();
    Job job = TestServer.job();
    server.submit(job);
    await().until(() -> a.jobs().contains(job.id()));
    assertTrue(server.contents().open.contains(job.id()));

    a.answer(FakeNode.success(job.id(), ""));

    await().until(() -> server.contents().open.isEmpty());
    assertFalse(server.summary(job.id()).processing());
  }
}

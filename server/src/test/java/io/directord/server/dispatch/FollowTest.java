package io.directord.server.dispatch;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.directord.common.api.Event;
import io.directord.common.api.EventFilter;
import io.directord.common.api.EventFilter.Detail;
import io.directord.common.job.Job;
import io.directord.common.wire.NodeMessage;
import io.directord.server.FakeNode;
import io.directord.server.TestServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowTest {
  private final UUID parent = UUID.randomUUID();
  @AutoClose private TestServer server;
  private FakeNode node;

  @BeforeEach
  void start() throws IOException {
    server = new TestServer();
    node = server.node("a").join();
  }

  @Test
  void tellsWhatTheFollowerAskedForAndNoMore() {
    List<Event> jobs = server.follow(Detail.JOBS, parent);
    List<Event> nodes = server.follow(Detail.NODES, parent);
    List<Event> output = server.follow(Detail.OUTPUT, parent);
    List<Event> others = server.follow(Detail.OUTPUT, UUID.randomUUID());
    Job job = TestServer.job(parent);
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));

    node.send(new NodeMessage.Started(job.id(), "RUN", null));
    node.send(
        new NodeMessage.Output(
            job.id(),
            "RUN",
            NodeMessage.Stream.STDOUT,
            "half a li".getBytes(StandardCharsets.UTF_8),
            null,
            0));
    node.answer(FakeNode.success(job.id(), "half a line"));
    // Each follower is told after the one before.
    await().until(() -> jobs.size() == 1 && nodes.size() == 4 && output.size() == 5);

    assertInstanceOf(Event.JobEnded.class, jobs.get(0));
    assertEquals(
        List.of(
            Event.JobTaken.class,
            Event.JobRunning.class,
            Event.NodeAnswered.class,
            Event.JobEnded.class),
        nodes.stream().map(Object::getClass).toList());
    assertEquals(
        "half a li",
        output.stream()
            .filter(Event.JobOutput.class::isInstance)
            .map(event -> ((Event.JobOutput) event).text())
            .findFirst()
            .orElseThrow());
    assertEquals(List.of(), others);
  }

  /** Who follows anew knows of the other jobs that they have ended. */
  @Test
  void tellsWhatHasHappenedBeforeOfTheJobsAloneThatAreNamed() {
    Job one = TestServer.job(parent);
    Job two = TestServer.job(parent);
    server.submit(one, two);
    List<Event> before = server.follow(Detail.NODES, parent);
    await().until(() -> node.jobs().size() == 2);
    node.answer(FakeNode.success(one.id(), ""));
    node.answer(FakeNode.success(two.id(), ""));
    await().until(() -> ends(before).size() == 2);

    List<Event> told = new CopyOnWriteArrayList<>();
    server
        .dispatch()
        .follow(
            TestServer.CALLER,
            new EventFilter(Set.of(parent), Detail.NODES, Set.of(two.id())),
            told::add);
    Job three = TestServer.job(parent);
    server.submit(three);
    await().until(() -> node.jobs().size() == 3);
    node.answer(FakeNode.success(three.id(), ""));
    await().until(() -> ends(told).size() == 2);
    assertEquals(List.of(two.id(), three.id()), ends(told));
  }

  private static List<UUID> ends(List<Event> events) {
    return events.stream()
        .filter(Event.JobEnded.class::isInstance)
        .map(event -> ((Event.JobEnded) event).job().id())
        .toList();
  }

  @Test
  void tellsOfFailuresAlone() {
    FakeNode other = server.node("b");
    other.join();
    List<Event> failures = server.follow(Detail.FAILURES, parent);
    Job job = TestServer.job(parent);
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()));

    node.answer(FakeNode.success(job.id(), ""));
    await().until(() -> other.jobs().contains(job.id()));
    other.answer(FakeNode.failure(job.id()));
    await().until(() -> failures.size() == 2);

    Event.NodeAnswered answer = assertInstanceOf(Event.NodeAnswered.class, failures.get(0));
    assertEquals("b", answer.outcome().node());
    List<Event> again = server.follow(Detail.FAILURES, parent);
    await().until(() -> again.size() == 2);
    assertEquals(failures, again);
  }

  @Test
  void beginsWithWhatHasHappenedAlready() {
    node.succeeding();
    Job ended = TestServer.job(parent);
    server.submit(ended);
    await().until(() -> !server.summary(ended.id()).processing());
    server.node("b").join();
    Job half = TestServer.job(parent);
    server.submit(half);
    await().until(() -> server.summary(half.id()).succeeded() == 1);

    List<Event> nodes = server.follow(Detail.NODES, parent);
    await().until(() -> nodes.size() == 3);

    assertEquals(2, nodes.stream().filter(Event.NodeAnswered.class::isInstance).count());
    Event.JobEnded event =
        (Event.JobEnded)
            nodes.stream().filter(Event.JobEnded.class::isInstance).findFirst().orElseThrow();
    assertEquals(ended.id(), event.job().id());
  }

  @Test
  void resultsThatAreTooMuchAtOnceAreCountedAsSuchSoThatNobodyFollowsAgainForThem() {
    String large = "x".repeat(3 << 20);
    FakeNode other = server.node("b").join();
    server.node("c").join();
    Job job = TestServer.job(parent);
    server.submit(job);
    await().until(() -> node.jobs().contains(job.id()) && other.jobs().contains(job.id()));
    node.answer(FakeNode.success(job.id(), large));
    other.answer(FakeNode.success(job.id(), large));
    await().until(() -> server.summary(job.id()).succeeded() == 2);

    List<Event> nodes = server.follow(Detail.NODES, parent);
    await().until(() -> nodes.size() == 2);

    assertInstanceOf(Event.NodeAnswered.class, nodes.get(0));
    assertEquals(Event.Missed.results(1), nodes.get(1));
    assertFalse(Event.Missed.results(1).mayHideEnds());
  }

  @Test
  void aFollowerThatFailsAtWhatItHasMissedHarmsNobody() {
    node.succeeding();
    Job ended = TestServer.job(parent);
    server.submit(ended);
    await().until(() -> !server.summary(ended.id()).processing());

    server
        .dispatch()
        .follow(
            TestServer.CALLER,
            new io.directord.common.api.EventFilter(java.util.Set.of(parent), Detail.OUTPUT),
            event -> {
              throw new IllegalStateException("broken");
            });

    assertEquals(1, TestServer.get(server.dispatch().nodes(TestServer.CALLER)).size());
  }

  @Test
  void aFollowerThatFailsHarmsNobody() {
    server
        .dispatch()
        .follow(
            TestServer.CALLER,
            new io.directord.common.api.EventFilter(java.util.Set.of(), Detail.OUTPUT),
            event -> {
              throw new IllegalStateException("broken");
            });
    node.succeeding();
    Job job = TestServer.job(parent);

    server.submit(job);

    await().until(() -> !server.summary(job.id()).processing());
  }
}

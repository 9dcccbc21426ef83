package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.JobSummary;
import io.directord.common.api.JobView;
import io.directord.common.api.NodeOutcome;
import io.directord.common.api.NodeOutcome.State;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.wire.ServerMessage;
import io.directord.server.dispatch.DispatchLimits;
import io.directord.server.dispatch.RefusedException;
import io.directord.server.store.EmbeddedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wherever the redo log is damaged while no server runs: each job is as it was, or said to be lost,
 * in whole or by some of its results, by the log, the lists and the answer to who asks for it. What
 * the nodes say when they are back changes nothing of that, and no job runs twice.
 */
class RedoDamageTest {
  private static final int JOBS = 4;

  /** Several for each record. */
  private static final int TRIES = 60;

  private static final List<String> NODES = List.of("a", "b");
  private static final String STORE = "server.store";
  private static final String REDO = "server.redo";
  private static final DispatchLimits LIMITS = TestServer.window(1024);

  @TempDir(factory = InMemory.class)
  Path directory;

  @AutoClose private final LogLines log = new LogLines("io.directord.server");
  private final Set<String> ran = ConcurrentHashMap.newKeySet();
  private final List<Job> jobs = new ArrayList<>();
  private TestServer first;
  private byte[] tables;
  private byte[] redo;
  private int tries;
  private int wholeLost;
  private int resultsLost;

  @BeforeEach
  void aServerDiesWithAJobThatWaitsForOneNode() throws IOException {
    Path original = directory.resolve("original");
    first = new TestServer(EmbeddedStore.open(original), new TestClock(), LIMITS);
    first.node("a").answering(run -> runs("a", run)).join();
    FakeNode b = first.node("b").join();
    for (int i = 0; i < JOBS; i++) {
      Job job = TestServer.job(NODES.toArray(String[]::new));
      jobs.add(job);
      first.submit(job);
      // Each result is a record of its own.
      await().until(() -> first.summary(job.id()).succeeded() == 1);
      assertTrue(ran.add("b" + job.id()));
      if (i < JOBS - 1) {
        b.answer(FakeNode.success(job.id(), "done by b"));
        await().until(() -> !first.summary(job.id()).processing());
      }
    }
    tables = Files.readAllBytes(original.resolve(STORE));
    redo = Files.readAllBytes(original.resolve(REDO));
    first.close();
  }

  /** As a node does: what it ran and gave the result of, it does not run again. */
  private NodeResult runs(String node, ServerMessage.Run run) {
    UUID id = run.job().id();
    return ran.add(node + id) || isHeld(node, id)
        ? FakeNode.success(id, "done by " + node)
        : NodeResult.withoutRun(
            id,
            new Outcome.Failed(Reason.RESULT_LOST, "this node ran that job before"),
            Instant.EPOCH);
  }

  /** What the server has never had, the node still has. */
  private boolean isHeld(String node, UUID id) {
    return node.equals("b") && id.equals(jobs.get(JOBS - 1).id());
  }

  @Test
  void aFlippedBit() throws IOException {
    for (int at = 0; at < redo.length; at += redo.length / TRIES) {
      byte[] flipped = redo.clone();
      flipped[at] ^= 4;
      tryIt("byte " + at, flipped);
    }
    byte[] last = redo.clone();
    last[last.length - 3] ^= 4;
    tryIt("the last record", last);
    assertTrue(wholeLost > 0 && resultsLost > 0, wholeLost + " " + resultsLost);
  }

  @Test
  void aCut() throws IOException {
    for (int length = 0; length < redo.length; length += redo.length / TRIES) {
      tryIt("cut to " + length, Arrays.copyOf(redo, length));
    }
    assertTrue(wholeLost > 0 && resultsLost > 0, wholeLost + " " + resultsLost);
  }

  private void tryIt(String damage, byte[] damaged) throws IOException {
    Path place = Files.createDirectories(directory.resolve("try" + ++tries));
    Files.write(place.resolve(STORE), tables);
    Files.write(place.resolve(REDO), damaged);
    log.lines().clear();
    int ranBefore = ran.size();
    try (TestServer server = new TestServer(EmbeddedStore.open(place), new TestClock(), LIMITS)) {
      UUID held = jobs.get(JOBS - 1).id();
      server.node("a").answering(run -> runs("a", run)).join();
      FakeNode b = server.node("b").answering(run -> runs("b", run)).join();
      b.answer(FakeNode.success(held, "done by b"));
      await(damage).until(() -> b.durable().contains(held));
      await(damage).until(() -> listed(server).values().stream().noneMatch(JobSummary::processing));
      Map<UUID, JobSummary> listed = listed(server);
      for (Job job : jobs) {
        check(damage, server, job.id(), listed.get(job.id()));
      }
      Job next = TestServer.job("a");
      server.submit(next);
      await(damage).until(() -> !server.summary(next.id()).processing());
      assertEquals(State.SUCCEEDED, server.view(next.id()).nodes().get(0).state(), damage);
      assertEquals(ranBefore + 1, ran.size(), damage);
    }
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private static Map<UUID, JobSummary> listed(TestServer server) {
    return TestServer.get(server.dispatch().jobs(TestServer.CALLER, null, null, 100))
        .jobs()
        .stream()
        .collect(Collectors.toMap(JobSummary::id, summary -> summary));
  }

  private void check(String damage, TestServer server, UUID id, JobSummary listed) {
    String said = damage + ", job " + id + ", listed " + listed + ", told " + log.lines();
    String whole = whatIsSaid(server, id.toString());
    String short8 = whatIsSaid(server, id.toString().substring(0, 8));
    if (whole != null) {
      wholeLost++;
      assertTrue(whole.contains("lost when the server's store was damaged"), said);
      assertTrue(short8.contains("lost when the server's store was damaged"), short8 + said);
      if (listed != null) {
        assertEquals(listed.targets(), listed.counts().resultsLost(), said);
        assertTrue(isNamed(id), said);
      } else {
        assertTrue(log.lines().get(0).contains("missing"), said);
      }
      assertTrue(id != jobs.get(JOBS - 1).id() || isLogged("dropped a result for job " + id), said);
      return;
    }
    JobView view = server.view(id);
    assertEquals(listed, view.summary(), said);
    Set<String> lost = new HashSet<>();
    for (NodeOutcome node : view.nodes()) {
      if (node.stdout().isEmpty()) {
        lost.add(node.node());
        assertTrue(node.reason() == null || node.reason() == Reason.RESULT_LOST, said + node);
      } else {
        assertEquals("done by " + node.node(), node.stdout());
        assertEquals(State.SUCCEEDED, node.state(), said);
      }
    }
    assertEquals(lost.size(), listed.counts().resultsLost(), said);
    assertEquals(0, listed.counts().broken(), said);
    assertEquals(NODES.size(), listed.succeeded() + listed.counts().lost(), said);
    // An unknown node's jobs are lost until it is back.
    assertTrue(
        isLogged("the enrolment is lost") || !isLogged("ended: 1 jobs, 1 of them failed"), said);
    if (!lost.isEmpty()) {
      resultsLost++;
      assertTrue(isNamed(id), said);
    }
  }

  private boolean isLogged(String text) {
    return log.lines().stream().anyMatch(line -> line.contains(text));
  }

  private boolean isNamed(UUID id) {
    return log.lines().stream()
        .anyMatch(line -> line.contains("the damage of the store") && line.contains(id.toString()));
  }

  /** Null if the job is there. */
  private static String whatIsSaid(TestServer server, String reference) {
    try {
      UUID id = TestServer.get(server.dispatch().find(reference, true));
      TestServer.get(server.dispatch().job(TestServer.CALLER, id));
      return null;
    } catch (RefusedException e) {
      return e.getMessage();
    }
  }
}

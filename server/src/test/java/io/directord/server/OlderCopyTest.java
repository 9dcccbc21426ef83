package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.directord.common.api.NodeOutcome;
import io.directord.common.job.Job;
import io.directord.common.job.NodeResult;
import io.directord.common.job.Outcome;
import io.directord.common.job.Outcome.Reason;
import io.directord.common.wire.JournalState;
import io.directord.common.wire.NodeMessage;
import io.directord.server.store.Change;
import io.directord.server.store.EmbeddedStore;
import io.directord.server.store.StoredNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An older copy of the server's state directory was put back, while nodes know what came after. */
class OlderCopyTest {
  private static final String OLDER =
      "a backup was restored, or an older copy of the server's state directory was put back";

  @TempDir(factory = InMemory.class)
  Path directory;

  @AutoClose private final LogLines log = new LogLines("io.directord.server");
  private final List<Job> jobs = new ArrayList<>();
  private final Job later = TestServer.job("a");
  private Path copy;
  private TestServer first;

  @BeforeEach
  void aCopyIsMadeAndTheServerGoesOn() throws IOException {
    Path state = directory.resolve("state");
    copy = Files.createDirectories(directory.resolve("copy"));
    first = new TestServer(EmbeddedStore.open(state), new TestClock(), TestServer.window(10));
    FakeNode node = first.node("a").join();
    jobs.add(TestServer.job("a"));
    jobs.add(TestServer.job("a"));
    first.submit(jobs.toArray(Job[]::new));
    await().until(() -> node.jobs().size() == 2);
    try (Stream<Path> files = Files.list(state)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName().toString()));
      }
    }
    jobs.forEach(job -> node.answer(FakeNode.success(job.id(), "done")));
    first.submit(later);
    await().until(() -> node.jobs().contains(later.id()) && node.durable().size() == 2);
    first.close();
    log.lines().clear();
  }

  @Test
  void aResultThatTheCopyLacksIsNotSaidToBeLostByDamage() throws IOException {
    try (TestServer server = started()) {
      FakeNode node = server.node("a").join();
      await().until(() -> node.jobs().size() == 2);
      jobs.forEach(job -> node.answer(doneBefore(job.id())));
      await().until(() -> jobs.stream().noneMatch(job -> server.summary(job.id()).processing()));

      for (Job job : jobs) {
        NodeOutcome outcome = server.view(job.id()).nodes().get(0);
        assertEquals(Reason.RESULT_LOST, outcome.reason());
        assertEquals("this node ran that job before: " + OLDER, outcome.info());
      }
      server.pass(Duration.ofSeconds(3));
      assertEquals(1, logged("2 results lost, since " + OLDER), log.lines()::toString);
      for (Job job : jobs) {
        assertEquals(1, logged("job " + job.id()), log.lines()::toString);
      }
      assertFalse(log.lines().stream().anyMatch(line -> line.contains("damaged")));
    }
  }

  @Test
  void jobsOfANodeThatTheCopyLacksAreCountedInTheLogOnce() throws IOException {
    try (TestServer server = started()) {
      FakeNode node = server.node("a").join();
      UUID runs = UUID.randomUUID();
      node.send(new NodeMessage.Holding(List.of(runs), List.of(later.id()), 1));
      node.send(new NodeMessage.Holding(List.of(runs), List.of(), 2));
      await().until(() -> node.dropped().size() == 2);

      assertEquals(
          1, logged("node a has 2 jobs that this server does not know"), log.lines()::toString);
      assertEquals(1, logged("does not know"), log.lines()::toString);
      assertEquals(1, logged(OLDER), log.lines()::toString);
    }
  }

  @Test
  void aNodeThatHasDoneMoreSinceABackupThanItRemembersRunsNothingAgain() throws IOException {
    UUID journal = UUID.randomUUID();
    restored(new JournalState(journal, 10L));
    try (TestServer server = started()) {
      FakeNode node = server.node("a").journal(journal, 9_011).join();
      await().until(() -> jobs.stream().noneMatch(job -> server.summary(job.id()).processing()));
      NodeOutcome outcome = server.view(jobs.get(0).id()).nodes().get(0);
      assertEquals(Reason.INTERRUPTED, outcome.reason());
      assertEquals(List.of(), node.jobs());
      assertEquals(1, logged("since the server was backed up: 2 jobs interrupted"));
    }
    try (EmbeddedStore store = EmbeddedStore.open(copy)) {
      assertNull(store.nodes().get(0).client().restoredAt());
    }
  }

  @Test
  void aNodeThatRemembersAllThatItHasDoneSinceABackupIsAsked() throws IOException {
    UUID journal = UUID.randomUUID();
    restored(new JournalState(journal, 10L));
    try (TestServer server = started()) {
      FakeNode node = server.node("a").journal(journal, 9_010).join();
      await().until(() -> node.jobs().size() == 2);
    }
  }

  private void restored(JournalState then) throws IOException {
    try (EmbeddedStore store = EmbeddedStore.open(copy)) {
      StoredNode node = store.nodes().get(0).withJournal(then).restored(Instant.EPOCH);
      store.commit(List.of(new Change.PutNode(node)));
    }
  }

  private TestServer started() throws IOException {
    return new TestServer(EmbeddedStore.open(copy), new TestClock(), TestServer.window(10));
  }

  private static NodeResult doneBefore(UUID id) {
    Outcome gone = new Outcome.Failed(Reason.RESULT_LOST, "this node ran that job before");
    return NodeResult.withoutRun(id, gone, Instant.EPOCH);
  }

  private long logged(String text) {
    return log.lines().stream().filter(line -> line.contains(text)).count();
  }
}

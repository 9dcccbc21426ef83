package io.directord.server;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.directord.common.job.Job;
import io.directord.server.store.EmbeddedStore;
import io.directord.server.store.StoredJob;
import io.directord.server.store.StoredNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server takes over from one of the first version, with the files that this has left. */
class UpgradedStoreTest {
  private static final Path FORMAT_1 = Path.of("src/test/resources/format-1");

  @TempDir(factory = InMemory.class)
  Path directory;

  @Test
  void jobsOfTheFirstVersionGoOnAndEndOnTheirNode() throws IOException {
    for (String file : List.of("server.store", "server.redo")) {
      Files.copy(FORMAT_1.resolve(file), directory.resolve(file));
    }
    EmbeddedStore store = EmbeddedStore.open(directory);
    StoredNode enrolled = store.nodes().get(0);
    List<UUID> unended = store.unended().stream().map(StoredJob::job).map(Job::id).toList();
    try (TestServer server = new TestServer(store, new TestClock(), TestServer.window(10))) {
      // With the key and the journal of before.
      FakeNode node =
          server
              .node(enrolled.identity(), enrolled.key())
              .machineId(enrolled.machineId())
              .journal(enrolled.journal().journal(), enrolled.journal().journalSteps())
              .join();
      await().until(() -> node.jobs().equals(unended));
      unended.forEach(id -> node.answer(FakeNode.success(id, "late")));
      for (UUID id : unended) {
        await().until(() -> !server.summary(id).processing());
        assertEquals(1, server.summary(id).succeeded());
        await().until(() -> node.durable().contains(id));
      }
      Job next = TestServer.job(enrolled.identity());
      server.submit(next);
      await().until(() -> node.jobs().contains(next.id()));
    }
  }
}

package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.api.NodeOutcome;
import io.directord.common.storage.Boot;
import io.directord.common.storage.RecordLog;
import io.directord.server.InMemory;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The store as format 1 has it is read by every later version, and one of a later format is refused
 * as it is. The files in {@code format-1} stay as they are; {@code README.md} there says how they
 * were made, so that those of the next format stand beside them.
 */
class StoreFormatTest {
  private static final Path FORMAT_1 = Path.of("src/test/resources/format-1");
  private static final String STORE = "server.store";
  private static final String REDO = "server.redo";

  @TempDir(factory = InMemory.class)
  Path directory;

  private final LogLines log = new LogLines("io.directord.server.store");

  @BeforeEach
  void copy() throws IOException {
    for (String file : List.of(STORE, REDO)) {
      Files.copy(FORMAT_1.resolve(file), directory.resolve(file));
    }
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void hasAllThatFormat1Had() {
    for (int start = 0; start < 2; start++) {
      try (EmbeddedStore store = EmbeddedStore.open(directory)) {
        StoredNode node = store.nodes().get(0);
        assertEquals("web-1", node.identity());
        assertEquals(Map.of("site", "ham"), node.traits().labels());
        assertEquals("web", node.traits().self().labels().get("role"));
        assertTrue(node.journal().journalSteps() > 0);
        assertEquals(
            List.of("RUN sleep 5; echo late", "RUN sleep 1000", "RUN echo behind"),
            titles(store.unended()));
        assertEquals(10, store.endedJobs());
        Map<String, NodeOutcome> results = results(store);
        assertEquals("after the restart\n", results.get("RUN echo after the restart").stdout());
        NodeOutcome failed = results.get("RUN printf 'out'; printf 'err' >&2; exit 3");
        assertEquals(NodeOutcome.State.FAILED, failed.state());
        assertEquals("out", failed.stdout());
        assertEquals("err", failed.stderr());
        assertEquals("hello\n", results.get("RUN echo hello").stdout());
      }
    }
    assertEquals(List.of(), log.lines());
  }

  private static List<String> titles(List<StoredJob> jobs) {
    return jobs.stream().map(StoreFormatTest::title).toList();
  }

  private static String title(StoredJob job) {
    return job.job().verb() + " " + job.job().arguments().path("command").asString("");
  }

  private static Map<String, NodeOutcome> results(EmbeddedStore store) {
    Map<String, NodeOutcome> results = new TreeMap<>();
    for (long seq : store.lastEnded(Long.MAX_VALUE, 100)) {
      assertTrue(store.summary(seq).isPresent());
      StoredJob job = store.job(seq).orElseThrow();
      results.put(title(job), store.result(seq, 0).orElseThrow());
    }
    return results;
  }

  @Test
  void refusesTablesOfALaterFormat() throws IOException {
    try (MVStore tables = TablesFile.open(directory.resolve(STORE))) {
      TablesMeta now = TablesMeta.read(tables);
      TablesFile.commit(
          tables,
          new TablesMeta(2, now.savedSeq(), now.logKey(), now.sizes(), now.sums(), now.savedAt()));
    }
    refused("the format 2");
  }

  @Test
  void refusesALaterLayoutOfBlocks() throws IOException {
    byte[] later = new byte[3 * BlockFile.BLOCK_BYTES];
    byte[] magic = "directord table2".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, later, 0, magic.length);
    Files.write(directory.resolve(STORE), later);
    refused("blocks of another layout");
  }

  @Test
  void refusesARedoLogOfALaterFormat() throws IOException {
    try (RecordLog redo = redo()) {
      redo.append((byte) 3, new byte[] {1});
    }
    refused("a record of type 3");
  }

  @Test
  void refusesChangesOfATableOfALaterFormat() throws IOException {
    byte[] mutation = ByteBuffer.allocate(14).put((byte) 12).put((byte) 2).putLong(1).array();
    try (RecordLog redo = redo()) {
      redo.append((byte) 1, mutation);
    }
    refused("changes of table 12");
  }

  private RecordLog redo() throws IOException {
    return RecordLog.open(directory.resolve(REDO), Boot.id(), record -> {}).log();
  }

  /** As often as it is tried, nothing is changed. */
  private void refused(String what) throws IOException {
    Map<String, byte[]> before = contents();
    for (int tries = 0; tries < 2; tries++) {
      String message =
          assertThrows(StoreException.class, () -> EmbeddedStore.open(directory)).getMessage();
      assertTrue(message.contains("was written by a later version"), message);
      assertTrue(message.contains(what), message);
      assertTrue(message.contains("start that version again"), message);
    }
    Map<String, byte[]> after = contents();
    assertEquals(before.keySet(), after.keySet());
    before.forEach((file, content) -> assertArrayEquals(content, after.get(file), file));
    assertFalse(log.lines().stream().anyMatch(line -> line.contains("damaged")));
  }

  private Map<String, byte[]> contents() throws IOException {
    List<Path> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      all.forEach(files::add);
    }
    Map<String, byte[]> contents = new TreeMap<>();
    for (Path file : files) {
      contents.put(file.getFileName().toString(), Files.readAllBytes(file));
    }
    return contents;
  }
}

package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.JournalState;
import io.directord.server.InMemory;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A flipped bit anywhere in the tables, however their pages happen to lie in the file: all that was
 * committed is there, or the start tells what is missing; and whatever the start has found and told
 * stays as it is when what is free in the file was written over, and at the next start.
 */
class StoreLayoutDamageTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final int JOBS = 40;
  private static final String STORE = "server.store";
  private static final String OTHER = "other";

  private static final int OUTPUT_CHARS = 50_000;
  private static final int TRIES = 12;
  private static final int CHUNK_TRIES = 60;
  private static final int FIRST_BYTES = 16;

  /** A block with its checksum. */
  private static final int SECTOR_BYTES = 512;

  private static final int BLOCK_BYTES = 4100;

  private static final Pattern FIELD = Pattern.compile("[A-Za-z]{3,15}[:.][0-9a-f]+");

  @TempDir(factory = InMemory.class)
  Path directory;

  private final LogLines log = new LogLines("io.directord.server.store");
  private final List<UUID> ids = new ArrayList<>();
  private Set<String> committed;
  private int losses;

  @AfterEach
  void stopListening() {
    log.close();
  }

  /**
   * One in every block, since each block has a checksum, one in each of the first bytes, and some
   * in what H2 says of its chunks, which it believes.
   */
  @ParameterizedTest
  @CsvSource({"1, 2500", "2, 6000", "3, 14000"})
  void aFlippedBitInTheTables(long seed, int maxLogBytes) throws IOException {
    Random random = new Random(seed);
    byte[] tables = tables(random, maxLogBytes, "out");
    for (int at = 0; at < FIRST_BYTES; at++) {
      tryIt(tables, at, random, maxLogBytes);
    }
    for (int begin = FIRST_BYTES; begin < tables.length; begin += BLOCK_BYTES) {
      tryIt(tables, begin + random.nextInt(BLOCK_BYTES), random, maxLogBytes);
    }
    List<Integer> places = ofWhatH2SaysOfItsChunks(tables);
    for (int i = 0; i < CHUNK_TRIES; i++) {
      tryIt(tables, places.get(random.nextInt(places.size())), random, maxLogBytes);
    }
  }

  private static List<Integer> ofWhatH2SaysOfItsChunks(byte[] tables) {
    Matcher field = FIELD.matcher(new String(tables, StandardCharsets.ISO_8859_1));
    List<Integer> places = new ArrayList<>();
    while (field.find()) {
      IntStream.range(field.start(), field.end()).forEach(places::add);
    }
    return places;
  }

  /** H2 writes everything of a small file anew with each save, so that the redo log has it too. */
  @ParameterizedTest
  @CsvSource({"4, 200000"})
  void aFlippedBitInTablesOfWhichMostWasSavedLongAgo(long seed, int maxLogBytes)
      throws IOException {
    Random random = new Random(seed);
    byte[] tables = tables(random, maxLogBytes, "x".repeat(OUTPUT_CHARS));
    for (int i = 0; i < TRIES; i++) {
      tryIt(tables, random.nextInt(tables.length), random, maxLogBytes);
    }
    assertTrue(losses > 0, "something is in the tables alone");
  }

  /** What leads to the tables is there twice, also in a file that was just made. */
  @Test
  void aFlippedBitInAFileThatWasMadeAnewTakesWhatItHits() throws IOException {
    Random random = new Random(5);
    EmbeddedStore store = filled(random, 200_000, "x".repeat(OUTPUT_CHARS));
    Files.delete(directory.resolve("original").resolve(STORE));
    store.commit(List.of(new Change.PutNode(node(OTHER, "key"))));
    byte[] tables = copied(store);
    for (int i = 0; i < TRIES; i++) {
      // What leads to the entries is at the beginning of the file, and at its end.
      int at = i < TRIES / 2 ? i * BLOCK_BYTES : tables.length - (i - TRIES / 2 + 1) * BLOCK_BYTES;
      int kept = tryIt(tables, at + random.nextInt(BLOCK_BYTES), random, 200_000).size();
      assertTrue(2 * kept > committed.size(), kept + " of " + committed.size() + " at " + at);
    }
  }

  /** Both of H2's headers lie partly in one. */
  @Test
  void aSectorOfZerosAtTheBeginningLosesNothing() throws IOException {
    byte[] tables = copied(filled(new Random(6), 200_000, "x".repeat(OUTPUT_CHARS)));
    for (int begin = 0; begin < 2 * BLOCK_BYTES; begin += SECTOR_BYTES) {
      byte[] damaged = tables.clone();
      Arrays.fill(damaged, begin, begin + SECTOR_BYTES, (byte) 0);
      assertEquals(committed, tryIt(damaged, "the sector at " + begin, 200_000));
    }
  }

  /** What a server that died has left. */
  private byte[] tables(Random random, int maxLogBytes, String output) throws IOException {
    return copied(filled(random, maxLogBytes, output));
  }

  private EmbeddedStore filled(Random random, int maxLogBytes, String output) throws IOException {
    EmbeddedStore store = EmbeddedStore.open(directory.resolve("original"), maxLogBytes, 0);
    UUID parent = id(random);
    for (long seq = 1; seq <= JOBS; seq++) {
      fill(store, seq, id(random), parent, output);
    }
    return store;
  }

  private byte[] copied(EmbeddedStore store) throws IOException {
    Path original = directory.resolve("original");
    committed = contents(store);
    copy(original, directory.resolve("copy"));
    store.close();
    return Files.readAllBytes(directory.resolve("copy").resolve(STORE));
  }

  private static UUID id(Random random) {
    return new UUID(random.nextLong(), random.nextLong());
  }

  private Set<String> tryIt(byte[] tables, int at, Random random, int maxLogBytes)
      throws IOException {
    int bit = random.nextInt(Byte.SIZE);
    byte[] flipped = tables.clone();
    flipped[at] ^= (byte) (1 << bit);
    return tryIt(flipped, "bit " + bit + " of byte " + at, maxLogBytes);
  }

  /** Returns what is left. */
  private Set<String> tryIt(byte[] damaged, String what, int maxLogBytes) throws IOException {
    Path place = directory.resolve("try");
    copy(directory.resolve("copy"), place);
    Files.write(place.resolve(STORE), damaged);
    log.lines().clear();
    Set<String> kept;
    try (EmbeddedStore store = EmbeddedStore.open(place, maxLogBytes, 0)) {
      kept = contents(store);
      if (log.lines().stream().anyMatch(line -> line.contains("missing: "))) {
        losses++;
      } else {
        assertEquals(committed, kept, () -> what + ", told: " + log.lines());
      }
      log.lines().clear();
      for (int i = 0; i < 30; i++) {
        store.commit(List.of(new Change.PutNode(node(OTHER, "x".repeat(500) + i))));
      }
      assertEquals(kept, contents(store), what);
    }
    try (EmbeddedStore again = EmbeddedStore.open(place, maxLogBytes, 0)) {
      assertEquals(kept, contents(again), what);
    }
    assertEquals(List.of(), log.lines(), () -> what + ", told late");
    removeAll(place);
    return kept;
  }

  private static StoredNode node(String name, String key) {
    return new StoredNode(name, key, name, "1", "zeromq", NOW, JournalState.UNKNOWN);
  }

  private void fill(JobStore store, long seq, UUID id, UUID parent, String output) {
    store.commit(List.of(new Change.PutNode(node("node" + seq, "key"))));
    StoredJob job = StoredSamples.job(seq, id, parent);
    ids.add(id);
    store.commit(List.of(new Change.PutJob(job)));
    store.commit(List.of(new Change.PutResult(seq, 0, StoredSamples.outcome("a", output))));
    if (seq % 2 == 1) {
      store.commit(List.of(new Change.PutSummary(seq, StoredSamples.summary(job))));
    }
    if (seq % 5 == 0) {
      store.commit(List.of(new Change.CancelJobs(List.of(seq - 3))));
    }
  }

  private Set<String> contents(JobStore store) {
    Set<String> contents = new TreeSet<>();
    store.nodes().stream()
        .filter(node -> !node.identity().equals(OTHER))
        .forEach(node -> contents.add("node " + node));
    for (long seq = 1; seq <= JOBS; seq++) {
      long number = seq;
      store.summary(seq).ifPresent(summary -> contents.add("summary " + number + " " + summary));
      store
          .result(seq, 0)
          .ifPresent(result -> contents.add("result " + number + " " + result.hashCode()));
    }
    ids.forEach(
        id ->
            store
                .job(id)
                .ifPresent(job -> contents.add("job " + job.seq() + job.cancelled() + job.job())));
    return contents;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
  }

  private static void removeAll(Path place) throws IOException {
    try (Stream<Path> files = Files.walk(place)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

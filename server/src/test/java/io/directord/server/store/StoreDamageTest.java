package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.wire.JournalState;
import io.directord.server.InMemory;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is done to a file of the store while no server runs: all that was committed is there, or
 * the start says what is damaged and keeps it aside. Never less in silence.
 */
class StoreDamageTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final String NOTHING_IS_MISSING = "; nothing is missing";
  private static final int FEW_LOG_BYTES = 6000;
  private static final String STORE = "server.store";
  private static final String REDO = "server.redo";

  @TempDir(factory = InMemory.class)
  Path directory;

  private final LogLines log = new LogLines("io.directord.server.store");
  private final byte[][] files = new byte[3][];
  private final List<UUID> ids = new ArrayList<>();
  private final Random random = new Random(1);
  private final Set<String> ever = new TreeSet<>();
  private Set<String> committed;
  private Set<String> missing;
  private List<String> told;
  private int tries;

  @BeforeEach
  void aServerDied() throws IOException {
    Path original = directory.resolve("original");
    UUID parent = id();
    try (EmbeddedStore store = EmbeddedStore.open(original)) {
      for (long seq = 1; seq <= 8; seq++) {
        fill(store, seq, parent);
      }
    }
    EmbeddedStore store = EmbeddedStore.open(original);
    fill(store, 9, parent);
    committed = contents(store);
    ever.addAll(committed);
    files[0] = Files.readAllBytes(original.resolve(STORE));
    files[1] = Files.readAllBytes(original.resolve(REDO));
    store.close();
    assertTrue(files[1].length > 500, "something is in the redo log alone");
    log.lines().clear();
  }

  private void fill(JobStore store, long seq, UUID parent) {
    String node = "node" + seq;
    store.commit(
        List.of(
            new Change.PutNode(
                new StoredNode(node, "key", node, "1", "zeromq", NOW, JournalState.UNKNOWN))));
    StoredJob job = StoredSamples.job(seq, id(), parent);
    ids.add(job.job().id());
    store.commit(List.of(new Change.PutJob(job)));
    store.commit(List.of(new Change.PutResult(seq, 0, StoredSamples.outcome("a", "out"))));
    ever.addAll(contents(store));
    if (seq % 2 == 1) {
      store.commit(List.of(new Change.PutSummary(seq, StoredSamples.summary(job))));
    }
  }

  /** The same in every run, and so the same file. */
  private UUID id() {
    return new UUID(random.nextLong(), random.nextLong());
  }

  @AfterEach
  void stopListening() {
    log.close();
  }

  @Test
  void whatIsNotDamagedIsAllThere() throws IOException {
    assertFalse(isToldOf(files[0], files[1]));
  }

  @Test
  void aFlippedBitInTheRedoLog() throws IOException {
    for (int at = 0; at < files[1].length; at += at < 120 ? 1 : 13) {
      assertTrue(isToldOf(files[0], flipped(files[1], at)), "byte " + at);
    }
  }

  @Test
  void aRedoLogCutAtAnyByte() throws IOException {
    for (int length = 0; length < files[1].length; length += length < 120 ? 1 : 11) {
      assertTrue(isToldOf(files[0], Arrays.copyOf(files[1], length)), "cut to " + length);
    }
  }

  @Test
  void aRedoLogThatIsGoneOrAnothers() throws IOException {
    assertTrue(isToldOf(files[0], null));
    assertTrue(isToldOf(files[0], "foreign".repeat(1000).getBytes()));
    Path other = directory.resolve("other");
    EmbeddedStore store = EmbeddedStore.open(other);
    store.commit(List.of(new Change.PutJob(StoredSamples.job(77, UUID.randomUUID()))));
    byte[] others = Files.readAllBytes(other.resolve(REDO));
    store.close();
    assertTrue(isToldOf(files[0], others));
  }

  @Test
  void howMuchMayBeMissingIsTold() throws IOException {
    isToldOf(new byte[0], new byte[0]);
    assertTrue(said().contains("; everything that was ever committed may be missing"), said());
    isToldOf(files[1], files[0]);
    assertTrue(said().contains("; everything that was ever committed may be missing"), said());
    Path place = Files.createDirectories(directory.resolve("since"));
    write(place.resolve(STORE), files[0]);
    // Whoever has damaged the file has set its time.
    Files.setLastModifiedTime(place.resolve(STORE), FileTime.from(Instant.now()));
    MVStore tables = TablesFile.openToRead(place.resolve(STORE));
    Instant saved = TablesMeta.read(tables).savedAt();
    tables.closeImmediately();
    EmbeddedStore.open(place).close();
    assertTrue(
        log.lines().get(0).endsWith("; what was committed after " + saved + " may be missing"),
        () -> log.lines().toString());
  }

  /** Then an earlier save is the last one of which anything is known. */
  @Test
  void tablesThatWereCutBesideARedoLogThatIsGoneAreSetAside() throws IOException {
    for (byte[] redo : new byte[][] {null, new byte[0]}) {
      for (int length = files[0].length; length > 0; length -= 4096) {
        assertTrue(isToldOf(Arrays.copyOf(files[0], length), redo), "cut to " + length);
        assertTrue(said().contains("It is kept as " + STORE + ".damaged-"), said());
      }
    }
  }

  private String said() {
    return String.join("\n", told);
  }

  @Test
  void aFlippedBitInTheTables() throws IOException {
    List<Integer> quiet = new ArrayList<>();
    for (int at = 0; at < files[0].length; at += at < 64 || at >= 4096 && at < 4160 ? 1 : 61) {
      if (!isToldOf(flipped(files[0], at), files[1])) {
        quiet.add(at);
      }
      requireNothingMissing("byte " + at);
    }
    assertTrue(quiet.size() < tries, "some of them matter");
  }

  @Test
  void tablesCutAtAnyLength() throws IOException {
    for (int length = 0; length < files[0].length; length += 397) {
      isToldOf(Arrays.copyOf(files[0], length), files[1]);
      requireNothingMissing("cut to " + length);
    }
  }

  @Test
  void tablesThatAreGoneEmptyOrSomethingElse() throws IOException {
    for (byte[] tables :
        Arrays.asList(null, new byte[0], new byte[20_000], "foreign".repeat(5000).getBytes())) {
      assertTrue(isToldOf(tables, files[1]));
      requireNothingMissing("all of it");
      assertEquals(
          tables != null,
          told.stream().anyMatch(line -> line.contains("is damaged")),
          told::toString);
    }
  }

  @Test
  void tablesOlderThanTheRedoLog() throws IOException {
    Path older = directory.resolve("older");
    EmbeddedStore.open(older).close();
    assertTrue(isToldOf(Files.readAllBytes(older.resolve(STORE)), files[1]));
  }

  @Test
  void aLastSaveThatIsDamagedHoweverMuchWasSavedBefore() throws IOException {
    Path place = directory.resolve("long");
    byte[] before;
    EmbeddedStore store = EmbeddedStore.open(place, FEW_LOG_BYTES, 0);
    UUID parent = id();
    for (long seq = 10; seq <= 60; seq++) {
      fill(store, seq, parent);
    }
    before = Files.readAllBytes(place.resolve(STORE));
    committed = contents(store);
    ever.addAll(committed);
    store.close();
    files[0] = Files.readAllBytes(place.resolve(STORE));
    files[1] = Files.readAllBytes(place.resolve(REDO));
    files[2] = Files.readAllBytes(RedoLog.earlier(place.resolve(REDO)));
    assertTrue(
        files[1].length + files[2].length < 4 * FEW_LOG_BYTES, "most is in the tables alone");
    for (int at = 0; at < files[0].length; at += at < files[0].length - 4096 ? 97 : 7) {
      if (at >= before.length || files[0][at] != before[at]) {
        isToldOf(flipped(files[0], at), files[1]);
        requireNothingMissing("byte " + at);
      }
    }
    assertTrue(isToldOf(new byte[20_000], files[1]));
    assertFalse(missing.isEmpty(), "the log does not go back to the beginning");
    for (int at = 0; at < files[2].length; at += 97) {
      int byteAt = at;
      files[2] = flipped(files[2], at);
      assertTrue(isToldOf(files[0], files[1]), () -> "byte " + byteAt);
      requireNothingMissing("byte " + at + " of the earlier log");
      files[2] = flipped(files[2], at);
    }
  }

  @Test
  void aLastSaveThatIsCutOff() throws IOException {
    Path place = directory.resolve("long");
    Path tables = place.resolve(STORE);
    EmbeddedStore store = EmbeddedStore.open(place, FEW_LOG_BYTES, 0);
    UUID parent = id();
    for (long seq = 10; seq <= 40; seq++) {
      fill(store, seq, parent);
    }
    long size = Files.size(tables);
    // Room within the file is used first; what makes it longer is a save at its end.
    for (int i = 0; i < 1000 && Files.size(tables) <= size; i++) {
      String name = "another" + i;
      store.commit(
          List.of(
              new Change.PutNode(
                  new StoredNode(name, "key", name, "1", "zeromq", NOW, JournalState.UNKNOWN))));
    }
    committed = contents(store);
    ever.addAll(committed);
    files[0] = Files.readAllBytes(tables);
    files[1] = Files.readAllBytes(place.resolve(REDO));
    files[2] = Files.readAllBytes(RedoLog.earlier(place.resolve(REDO)));
    store.close();
    for (int end = 1; end < 100; end += 7) {
      assertTrue(isToldOf(Arrays.copyOf(files[0], files[0].length - end), files[1]), "cut " + end);
      requireNothingMissing("cut by " + end);
    }
  }

  @Test
  void whoAsksForAJobThatTheRedoLogAloneHadIsToldOfTheDamage() throws IOException {
    UUID ninth = ids.get(ids.size() - 1);
    Path sound = Files.createDirectories(directory.resolve("sound"));
    write(sound.resolve(STORE), files[0]);
    write(sound.resolve(REDO), files[1]);
    try (EmbeddedStore store = EmbeddedStore.open(sound)) {
      assertTrue(store.job(ninth).isPresent());
      assertEquals(Optional.empty(), store.lost(UUID.randomUUID().toString()));
    }
    Path cut = Files.createDirectories(directory.resolve("cut"));
    write(cut.resolve(STORE), files[0]);
    write(cut.resolve(REDO), Arrays.copyOf(files[1], files[1].length / 10));
    for (int start = 0; start < 2; start++) {
      try (EmbeddedStore store = EmbeddedStore.open(cut)) {
        assertEquals(Optional.empty(), store.job(ninth));
        assertTrue(
            store
                .lost(ninth.toString())
                .orElseThrow()
                .startsWith("there is no job " + ninth + "; it may have been lost when"));
      }
    }
  }

  private void requireNothingMissing(String damage) {
    assertEquals(Set.of(), missing, () -> damage + ", told: " + told);
    assertTrue(log.lines().stream().noneMatch(line -> line.contains("missing:")), damage);
  }

  /**
   * Starts a store on these files, null for one that is not there; checks that less than all was
   * told, and that the store works afterwards.
   *
   * @return whether anything was told
   */
  private boolean isToldOf(byte[] tables, byte[] redo) throws IOException {
    Path place = directory.resolve("try" + ++tries);
    Files.createDirectories(place);
    write(place.resolve(STORE), tables);
    write(place.resolve(REDO), redo);
    write(RedoLog.earlier(place.resolve(REDO)), files[2]);
    log.lines().clear();
    boolean isTold;
    try (EmbeddedStore store = EmbeddedStore.open(place)) {
      isTold = !log.lines().isEmpty();
      Set<String> found = contents(store);
      missing = new TreeSet<>(committed);
      missing.removeAll(found);
      boolean isDenied = log.lines().stream().allMatch(line -> line.endsWith(NOTHING_IS_MISSING));
      assertTrue(
          missing.isEmpty() || isTold && !isDenied,
          () -> "missing: " + missing + ", told: " + log.lines());
      found.removeAll(ever);
      assertEquals(Set.of(), found, "nothing that never was");
      store.commit(List.of(new Change.ForgetJobs(store.seqs(null))));
      store.commit(List.of(new Change.PutJob(StoredSamples.job(99, UUID.randomUUID()))));
    }
    List<String> first = List.copyOf(log.lines());
    told = first;
    if (!first.stream().allMatch(line -> line.endsWith(NOTHING_IS_MISSING))) {
      requireAsFound(place, tables, redo, first);
    }
    log.lines().clear();
    try (EmbeddedStore again = EmbeddedStore.open(place)) {
      // Damage of what is not in use shows itself when room is won back.
      assertTrue(
          log.lines().stream().allMatch(line -> line.endsWith(NOTHING_IS_MISSING)),
          () -> "told once: " + log.lines() + ", before: " + first);
      assertEquals(99, again.lastSeq());
      assertEquals(0, again.endedJobs());
    }
    removeAll(place);
    return isTold;
  }

  /** Whatever is kept aside is the damaged file as it was found. */
  private static void requireAsFound(Path place, byte[] tables, byte[] redo, List<String> told)
      throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.filter(f -> f.toString().contains(".damaged-")).toList()) {
        boolean isStore = file.getFileName().toString().startsWith(STORE);
        assertArrayEquals(
            isStore ? tables : redo, Files.readAllBytes(file), () -> file + " of " + told);
      }
    }
  }

  private Set<String> contents(JobStore store) {
    Set<String> contents = new TreeSet<>();
    store.nodes().forEach(node -> contents.add("node " + node));
    for (long seq = 1; seq < 100; seq++) {
      long number = seq;
      store
          .summary(seq)
          .map(summary -> summary.withResultsLost(0))
          .ifPresent(summary -> contents.add("summary " + number + " " + summary));
      store
          .result(seq, 0)
          .filter(result -> !result.stdout().isEmpty())
          .ifPresent(result -> contents.add("result " + number + " " + result.stdout()));
    }
    ids.forEach(id -> store.job(id).ifPresent(job -> contents.add("definition " + job.seq())));
    store
        .unended()
        .forEach(job -> contents.add("job " + job.seq() + " " + job.job() + job.targets()));
    return contents;
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << at % Byte.SIZE);
    return flipped;
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    if (bytes != null) {
      Files.write(file, bytes);
    }
  }

  private static void removeAll(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}

package io.directord.server.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.InMemory;
import io.directord.server.LogLines;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.h2.mvstore.DataUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A flipped bit anywhere in the tables, however their pages happen to lie in the file: all that was
 * committed is there, also after what is free in the file was written over, or the start tells what
 * is missing. What a start does not find, and only reading does, is an error with the file's name,
 * and who writes next looks at the file as at a start.
 */
class StoreLayoutDamageTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final int JOBS = 40;
  private static final String STORE = "server.store";
  private static final String OTHER = "other";

  /** In each kind of place: how H2 lays out the file is H2's, so no place is known to be enough. */
  private static final int TRIES = 60;

  private static final int LAYOUT_BYTES = 1200;
  private static final Pattern FIELD = Pattern.compile("[A-Za-z]{3,15}[:.][0-9a-f]+");

  @TempDir(factory = InMemory.class)
  Path directory;

  private final LogLines log = new LogLines("io.directord.server.store");
  private final List<UUID> ids = new ArrayList<>();

  @AfterEach
  void stopListening() {
    log.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2500, 6000, 14_000})
  void aFlippedBitInTheTables(int maxLogBytes) throws IOException {
    Path original = directory.resolve("original");
    EmbeddedStore store = EmbeddedStore.open(original, maxLogBytes, 0);
    SplittableRandom random = new SplittableRandom(maxLogBytes);
    UUID parent = UUID.randomUUID();
    for (long seq = 1; seq <= JOBS; seq++) {
      fill(store, seq, parent);
    }
    Set<String> committed = contents(store);
    Path copy = directory.resolve("copy");
    copy(original, copy);
    store.close();
    byte[] tables = Files.readAllBytes(copy.resolve(STORE));
    for (List<Integer> places :
        List.of(any(tables), ofWhatH2SaysOfItsChunks(tables), ofTheLayout(copy))) {
      for (int i = 0; i < TRIES; i++) {
        int at = places.get(random.nextInt(places.size()));
        byte[] flipped = tables.clone();
        flipped[at] ^= (byte) (1 << random.nextInt(Byte.SIZE));
        tryIt(copy, flipped, maxLogBytes, "byte " + at, committed);
      }
    }
  }

  private static List<Integer> any(byte[] tables) {
    return IntStream.range(0, tables.length).boxed().toList();
  }

  private static List<Integer> ofWhatH2SaysOfItsChunks(byte[] tables) {
    Matcher field = FIELD.matcher(new String(tables, StandardCharsets.ISO_8859_1));
    List<Integer> places = new ArrayList<>();
    while (field.find()) {
      IntStream.range(field.start(), field.end()).forEach(places::add);
    }
    return places;
  }

  /** The page that says where all others are. */
  private static List<Integer> ofTheLayout(Path copy) throws IOException {
    try (FileChannel file = FileChannel.open(copy.resolve(STORE))) {
      Map<String, String> last = EarlierSaves.last(file);
      long position = DataUtils.readHexLong(last, "root", 0);
      int begin =
          (int) DataUtils.readHexLong(last, "block", 0) * EarlierSaves.BLOCK_BYTES
              + DataUtils.getPageOffset(position);
      return IntStream.range(begin, begin + LAYOUT_BYTES).boxed().toList();
    }
  }

  private void tryIt(Path copy, byte[] tables, int maxLogBytes, String what, Set<String> committed)
      throws IOException {
    Path place = directory.resolve("try");
    copy(copy, place);
    Files.write(place.resolve(STORE), tables);
    log.lines().clear();
    Set<String> kept;
    try (EmbeddedStore store = EmbeddedStore.open(place, maxLogBytes, 0)) {
      Set<String> found = readable(store);
      boolean isLoss = log.lines().stream().anyMatch(line -> line.contains("missing: "));
      kept = isLoss ? found : committed;
      assertEquals(kept, found, () -> what + ", told: " + log.lines());
      for (int i = 0; i < 30; i++) {
        store.commit(List.of(new Change.PutNode(node(OTHER, "x".repeat(500) + i))));
      }
      assertEquals(kept, contents(store), () -> what + ", told: " + log.lines());
    }
    log.lines().clear();
    try (EmbeddedStore again = EmbeddedStore.open(place, maxLogBytes, 0)) {
      assertEquals(kept, contents(again), () -> what + ", told: " + log.lines());
      assertTrue(
          log.lines().stream().allMatch(line -> line.endsWith("; nothing is missing")),
          () -> what + ", told late: " + log.lines());
    }
    removeAll(place);
  }

  private Set<String> readable(EmbeddedStore store) {
    try {
      return contents(store);
    } catch (StoreException e) {
      assertTrue(e.getMessage().contains(STORE), e.getMessage());
      store.commit(List.of(new Change.PutNode(node(OTHER, "key"))));
      return contents(store);
    }
  }

  private static StoredNode node(String name, String key) {
    return new StoredNode(name, key, name, "1", "zeromq", NOW, null);
  }

  private void fill(JobStore store, long seq, UUID parent) {
    store.commit(List.of(new Change.PutNode(node("node" + seq, "key"))));
    StoredJob job = JobStoreContract.job(seq, parent);
    ids.add(job.job().id());
    store.commit(List.of(new Change.PutJob(job)));
    store.commit(List.of(new Change.PutResult(seq, 0, JobStoreContract.outcome("a", "out"))));
    if (seq % 2 == 1) {
      store.commit(List.of(new Change.PutSummary(seq, JobStoreContract.summary(job))));
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
      store.result(seq, 0).ifPresent(result -> contents.add("result " + number + " " + result));
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

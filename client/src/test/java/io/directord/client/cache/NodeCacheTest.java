package io.directord.client.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.LogCapture;
import io.directord.common.component.CacheTag;
import io.directord.common.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class NodeCacheTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final JsonNode NOTHING = Json.object();

  @TempDir Path directory;
  private Instant now = START;

  /** By how much the wall clock was set. */
  private Duration set = Duration.ZERO;

  @AutoClose private NodeCache cache;

  @BeforeEach
  void open() throws IOException {
    InstantSource clock = () -> now.plus(set);
    cache = NodeCache.open(directory, clock, () -> Duration.between(START, now).toNanos());
  }

  @Test
  void keepsArgumentsAndVariablesAcrossARestart() throws IOException {
    cache.putArg("list", json("[1, {'a': null}]"), false);
    cache.putEnv("NAME", "a value = with all");
    cache.putArg("text", json("'x'"), false);
    cache.putArg("text", json("'y'"), false);
    reopen();
    assertEquals(json("[1, {'a': null}]"), cache.args().get("list"));
    assertEquals(json("'y'"), cache.args().get("text"));
    assertEquals("a value = with all", cache.envs().get("NAME"));
  }

  @Test
  void isReadBesideItsOwnerWithoutBeingChanged() throws IOException {
    cache.putArg("a", json("1"), false);
    cache.putEnv("E", "value");
    cache.done("old", NOTHING);
    now = now.plus(NodeCache.DONE_LIFE);
    cache.done("new", NOTHING);
    Path file = directory.resolve("cache");
    Files.write(file, new byte[] {0, 0, 1}, StandardOpenOption.APPEND);
    byte[] before = Files.readAllBytes(file);

    NodeCache.Contents contents = NodeCache.peek(directory, () -> now);

    assertEquals(Map.of("a", json("1")), contents.args());
    assertEquals(Map.of("E", "value"), contents.envs());
    assertEquals(Set.of("new"), contents.jobs().keySet());
    assertArrayEquals(before, Files.readAllBytes(file));
    assertThrows(
        NoSuchFileException.class, () -> NodeCache.peek(directory.resolve("none"), () -> now));
  }

  @Test
  void extendsListsAndMergesMaps() throws IOException {
    cache.putArg("list", json("['a']"), false);
    cache.putArg("list", json("['b', 'a']"), true);
    assertEquals(json("['a', 'b', 'a']"), cache.args().get("list"));
    cache.putArg("map", json("{'a': {'x': 1, 'l': [1]}, 'b': 2}"), true);
    cache.putArg("map", json("{'a': {'y': 2, 'l': [2]}, 'b': 3}"), true);
    assertEquals(json("{'a': {'x': 1, 'l': [1, 2], 'y': 2}, 'b': 3}"), cache.args().get("map"));
    reopen();
    assertEquals(json("{'a': {'x': 1, 'l': [1, 2], 'y': 2}, 'b': 3}"), cache.args().get("map"));
    cache.putArg("map", json("{'c': 1}"), false);
    assertEquals(json("{'c': 1}"), cache.args().get("map"));
  }

  @Test
  void takesAFingerprintForDoneForSeventyTwoHours() throws IOException {
    cache.done("f1", NOTHING);
    now = now.plus(Duration.ofHours(71));
    reopen();
    assertNotNull(cache.done("f1"));
    assertNull(cache.done("f2"));
    cache.done("f2", NOTHING);
    now = now.plus(Duration.ofHours(2));
    assertNull(cache.done("f1"));
    assertNotNull(cache.done("f2"));
  }

  @Test
  void tellsWhenAFingerprintWasDoneAndWhatWasNotedWithIt() throws IOException {
    cache.done("f", json("{'seen': 1}"));
    assertEquals(new NodeCache.Done(now, json("{'seen': 1}")), cache.done("f"));
    now = now.plus(Duration.ofMinutes(1));
    cache.done("f", json("{'seen': 1}"));
    assertEquals(now, cache.done("f").at());
    cache.done("f", json("{'seen': 2}"));
    reopen();
    assertEquals(new NodeCache.Done(now, json("{'seen': 2}")), cache.done("f"));
    cache.notDone("f");
    assertNull(cache.done("f"));
    reopen();
    assertNull(cache.done("f"));
  }

  @Test
  void aFingerprintThatIsDoneAgainLivesLonger() throws IOException {
    cache.done("f", NOTHING);
    now = now.plus(Duration.ofHours(50));
    cache.done("f", NOTHING);
    now = now.plus(Duration.ofHours(50));
    reopen();
    assertNotNull(cache.done("f"));
  }

  @Test
  void isBoundedInMemoryAndOnDisk() throws IOException {
    for (int i = 0; i < CacheTables.MAX_DONE + 10; i++) {
      cache.done("fingerprint " + i, NOTHING);
    }
    assertNull(cache.done("fingerprint 9"));
    assertNotNull(cache.done("fingerprint 10"));
    for (int i = 0; i < 100; i++) {
      cache.putArg("large", json("'" + "x".repeat(100_000) + "'"), false);
    }
    assertTrue(Files.size(directory.resolve("cache")) < 8 << 20);
    String huge = "x".repeat(1 << 20);
    IOException full =
        assertThrows(
            IOException.class,
            () -> {
              for (int i = 0; i < 20; i++) {
                cache.putEnv("E" + i, huge);
              }
            });
    assertTrue(full.getMessage().contains("cache is full"));
    cache.putEnv("E0", "small again");
    cache.putEnv("E1", "small again");
  }

  @Test
  void dropsWhatIsEvictedAlsoAcrossARestart() throws IOException {
    cache.putArg("a", json("1"), false);
    cache.putArg("query", json("{'node-1': {'a': 1}}"), false);
    cache.putEnv("E", "x");
    cache.done("f", NOTHING);
    assertEquals(1, cache.evict(CacheTag.QUERY));
    assertEquals(List.of("a"), List.copyOf(cache.args().keySet()));
    assertEquals(0, cache.evict(CacheTag.QUERY));
    assertEquals(1, cache.evict(CacheTag.JOBS));
    reopen();
    assertNull(cache.done("f"));
    assertEquals("x", cache.envs().get("E"));
    assertEquals(1, cache.evict(CacheTag.ENVS));
    assertEquals(1, cache.evict(CacheTag.ARGS));
    assertEquals(0, cache.evict(CacheTag.ALL));
    reopen();
    assertTrue(cache.args().isEmpty() && cache.envs().isEmpty());
  }

  @Test
  void evictingMakesRoom() throws IOException {
    String huge = "x".repeat((int) CacheTables.MAX_BYTES / 2);
    cache.putEnv("E0", huge);
    assertThrows(IOException.class, () -> cache.putEnv("E1", huge));
    cache.evict(CacheTag.ENVS);
    cache.putEnv("E1", huge);
  }

  @Test
  void aSnapshotDoesNotChange() throws IOException {
    var before = cache.args();
    cache.putArg("a", json("1"), false);
    assertEquals(List.of(), List.copyOf(before.keySet()));
    assertEquals(List.of("a"), List.copyOf(cache.args().keySet()));
  }

  @Test
  void goesOnWithWhatCanBeReadOfADamagedFile() throws IOException {
    cache.putArg("a", json("1"), false);
    cache.putArg("b", json("2"), false);
    cache.putArg("c", json("3"), false);
    cache.close();
    Path file = directory.resolve("cache");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 100] ^= 1;
    Files.write(file, bytes);
    open();
    assertEquals(json("1"), cache.args().get("a"));
    try (var files = Files.list(directory)) {
      assertTrue(files.anyMatch(f -> f.toString().contains("cache.damaged-")));
    }
  }

  @Test
  void goesOnThoughTheFileCannotBeMadeSmaller() throws IOException {
    Path inTheWay = Files.createDirectories(directory.resolve("cache.new/inside"));
    String large = "x".repeat(100_000);
    for (int i = 0; i < 20; i++) {
      cache.putEnv("E", large + i);
    }
    reopen();
    assertEquals(large + 19, cache.envs().get("E"));
    assertTrue(Files.size(directory.resolve("cache")) > 2_000_000);
    Files.delete(inTheWay);
    for (int i = 0; i < 20; i++) {
      cache.putEnv("E", large);
    }
    assertTrue(Files.size(directory.resolve("cache")) < 1_500_000);
    reopen();
    assertEquals(large, cache.envs().get("E"));
  }

  @Test
  void refusesASecondClientOnTheSameDirectory() {
    IOException refused =
        assertThrows(IOException.class, () -> NodeCache.open(directory, () -> now));
    assertTrue(refused.getMessage().contains("--cache-path"), refused.getMessage());
  }

  private void reopen() throws IOException {
    cache.close();
    open();
  }

  private static JsonNode json(String text) {
    return Json.mapper().readTree(text.replace('\'', '"'));
  }

  @Test
  void aClockThatIsSetMakesNothingDoneOlderOrYounger() throws IOException {
    for (long days : List.of(30, -60)) {
      cache.done("before", NOTHING);
      set = set.plus(Duration.ofDays(days));
      assertEquals(now.plus(set), cache.done("before").at());
      cache.upkeep();
      now = now.plus(Duration.ofHours(71));
      assertNotNull(cache.done("before"));
      reopen();
      assertNotNull(cache.done("before"));
      now = now.plus(Duration.ofHours(2));
      assertNull(cache.done("before"));
    }
  }

  @Test
  void whatWasDoneByAClockThatWasAheadCountsForNoLongerThanItMay() throws IOException {
    cache.done("ahead", NOTHING);
    cache.close();
    set = Duration.ofDays(-60);
    open();
    now = now.plus(Duration.ofHours(71));
    assertNotNull(cache.done("ahead"));
    now = now.plus(Duration.ofHours(2));
    assertNull(cache.done("ahead"));
  }

  @Test
  void aFileThatIsTakenAwayOrReplacedIsMadeAnew() throws IOException {
    Path file = directory.resolve("cache");
    assertTrue(cache.isNew());
    cache.putEnv("A", "1");
    Files.delete(file);
    cache.upkeep();
    reopen();
    assertEquals("1", cache.envs().get("A"));
    assertFalse(cache.isNew());
    Files.move(file, directory.resolve("old"));
    Files.writeString(file, "another file");
    cache.putEnv("B", "2");
    reopen();
    assertEquals(Map.of("A", "1", "B", "2"), cache.envs());
  }

  @Test
  void whatCannotBeWrittenIsInMemoryUntilItCan(@TempDir Path aside) throws IOException {
    cache.done("work", NOTHING);
    block(aside);

    assertFalse(cache.putArg("a", json("1"), false));
    assertFalse(cache.putEnv("E", "2"));
    assertFalse(cache.done("more", NOTHING));
    assertThrows(IOException.class, () -> cache.notDone("work"));
    assertThrows(IOException.class, () -> cache.evict(CacheTag.ARGS));
    assertEquals(json("1"), cache.args().get("a"));
    assertEquals("2", cache.envs().get("E"));
    assertNotNull(cache.done("work"));
    assertNotNull(cache.done("more"));
    assertNotNull(cache.trouble());
    assertThrows(IOException.class, () -> cache.probe());

    Files.delete(directory);
    cache.probe();
    assertNull(cache.trouble());
    reopen();
    assertEquals(json("1"), cache.args().get("a"));
    assertEquals("2", cache.envs().get("E"));
    assertNotNull(cache.done("more"));
  }

  @Test
  void whatCouldNotBeWrittenUntilTheEndIsNamed(@TempDir Path aside) throws IOException {
    block(aside);
    cache.putArg("lost", json("1"), false);
    cache.putEnv("GONE", "2");
    LogCapture log = new LogCapture();
    log.start();
    cache.close();
    log.stop();
    assertEquals(1, log.count("(2): GONE, lost"));
    Files.delete(directory);
    Files.createDirectory(directory);
    open();
    assertNull(cache.args().get("lost"));
  }

  /** A file is where its directory was. */
  private void block(Path aside) throws IOException {
    Files.move(directory, aside.resolve("directory"));
    Files.writeString(directory, "in the way");
  }
}

package io.directord.client.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.InMemory;
import io.directord.common.json.Json;
import io.directord.common.storage.RecordLog;
import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cache as format 1 has it is read by every later version; see the README beside it. */
class CacheFormatTest {
  private static final Path FORMAT_1 = Path.of("src/test/resources/format-1/cache");

  /** Soon after it was written. */
  private static final InstantSource CLOCK = () -> Instant.parse("2026-11-30T14:00:00Z");

  @TempDir(factory = InMemory.class)
  Path directory;

  private Path file;

  @BeforeEach
  void copy() throws IOException {
    file = Files.copy(FORMAT_1, directory.resolve("cache"));
  }

  @Test
  void hasAllThatFormat1Had() throws IOException {
    for (int start = 0; start < 2; start++) {
      try (NodeCache cache = NodeCache.open(directory, CLOCK)) {
        assertEquals(Json.mapper().readTree("[1, 2]"), cache.args().get("list"));
        assertEquals("hello", cache.args().get("said").asString());
        assertEquals(Map.of("COLOUR", "blue"), cache.envs());
        assertNotNull(cache.done("391e932de3805f45ae521ea1edf2e5a1d275b087804e16770d470477"));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"2, '{}'", "1, '{\"of_later\": 1}'"})
  void refusesOneOfALaterFormatAndLeavesItAsItIs(byte type, String record) throws IOException {
    try (RecordLog later = RecordLog.open(file, "boot", read -> {}).log()) {
      later.append(type, record.getBytes(StandardCharsets.UTF_8));
    }
    byte[] before = Files.readAllBytes(file);

    String message =
        assertThrows(LaterVersionException.class, () -> NodeCache.open(directory, CLOCK))
            .getMessage();

    assertTrue(message.contains("of type " + type), message);
    assertThrows(LaterVersionException.class, () -> NodeCache.peek(directory, CLOCK));
    assertArrayEquals(before, Files.readAllBytes(file));
  }
}

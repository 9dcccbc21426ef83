package io.directord.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.cache.NodeCache;
import io.directord.client.journal.JournalOpener;
import io.directord.common.storage.Boot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a client could use its directories. */
class StateCheckTest {
  @TempDir Path directory;

  @Test
  void whatCannotBeMadeSinceAFileIsInTheWayIsWrong() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    Path below = file.resolve("state/client");
    Finding state = StateCheck.of(below).get(0);
    assertEquals(Finding.Kind.WRONG, state.kind());
    assertTrue(
        state
            .toString()
            .contains(
                file
                    + " is not a directory that this user can write to, so that "
                    + below
                    + " cannot be made"),
        state::toString);
    assertEquals(Finding.Kind.WRONG, StateCheck.ofCache(below).kind());
    assertEquals(Finding.Kind.OK, StateCheck.of(directory.resolve("new/client")).get(0).kind());
    assertEquals(Finding.Kind.OK, StateCheck.of(directory).get(0).kind());
  }

  @Test
  void aJournalAndACacheThatAreDamagedAreSaidAndWhatAClientDoesThen() throws IOException {
    JournalOpener.open(directory, Boot.id(), Clock.systemUTC()).journal().close();
    NodeCache cache = NodeCache.open(directory, Clock.systemUTC());
    cache.putEnv("ONE", "1");
    assertEquals(Finding.Kind.OK, StateCheck.of(directory).get(0).kind());
    assertEquals(Finding.Kind.OK, StateCheck.ofCache(directory).kind(), "a client uses it");
    cache.close();
    flipLastByte("journal");
    flipLastByte("cache");

    Finding state = StateCheck.of(directory).get(0);
    assertEquals(Finding.Kind.WARNING, state.kind(), state::toString);
    assertTrue(state.what().contains("is damaged: it is damaged at byte"), state::toString);
    assertTrue(state.remedy().contains("reported as interrupted"), state::toString);
    Finding cached = StateCheck.ofCache(directory);
    assertEquals(Finding.Kind.WARNING, cached.kind(), cached::toString);
    assertTrue(cached.remedy().contains("must be set again"), cached::toString);
  }

  private void flipLastByte(String name) throws IOException {
    Path file = directory.resolve(name);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void aFileSystemThatKeepsNoFilesIsNotAskedToMakeRoom() {
    String found = LimitsCheck.of(Path.of("/proc/x")).toString();
    assertTrue(found.contains("this file system keeps no files"), found);
  }
}

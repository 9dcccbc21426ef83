package io.directord.server.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir Path directory;

  private AuditLog open(long maxBytes, int maxFiles) throws IOException {
    return AuditLog.open(directory, maxBytes, maxFiles, () -> NOW);
  }

  private static AuditEntry entry(String who) {
    return new AuditEntry(who, "socket", "POST /v1/jobs", true, 202, null);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }

  private List<String> callers(AuditLog log) throws IOException {
    return log.read(Instant.EPOCH, line -> true, 100).stream()
        .map(line -> line.path("who").asString())
        .toList();
  }

  @Test
  void goesOnBehindItsLastLineAfterARestart() throws Exception {
    try (AuditLog log = open(1 << 20, 10)) {
      log.record(entry("ada"));
      log.record(entry("bob"));
    }
    Files.writeString(files().get(0), "{\"seq\":3,\"half", StandardOpenOption.APPEND);
    try (AuditLog log = open(1 << 20, 10)) {
      log.record(entry("eve"));
      assertEquals(List.of("ada", "bob", "eve"), callers(log));
      assertEquals(new AuditLog.Verified(3, 1, null), log.verify());
      assertEquals(
          List.of("bob"),
          log.read(NOW, line -> line.path("who").asString().equals("bob"), 5).stream()
              .map(line -> line.path("who").asString())
              .toList());
      assertEquals(List.of(), log.read(NOW.plusSeconds(1), line -> true, 5));
    }
  }

  @Test
  void beginsNewFilesAndDeletesTheOldest() throws Exception {
    try (AuditLog log = open(1000, 3)) {
      for (int i = 0; i < 50; i++) {
        log.record(entry("user-" + i));
      }
      assertEquals(3, files().size());
      AuditLog.Verified found = log.verify();
      assertNull(found.error());
      assertEquals(50, found.first() + found.lines() - 1);
      assertTrue(found.first() > 1);
    }
    for (Path file : files()) {
      assertTrue(Files.size(file) <= 1000);
    }
  }

  @Test
  void whatIsChangedRemovedOrPutInBetweenIsFound() throws Exception {
    for (int damage = 0; damage < 4; damage++) {
      try (AuditLog log = open(1 << 20, 10)) {
        for (String who : List.of("a", "b", "c", "d")) {
          log.record(entry(who));
        }
        Path file = files().get(0);
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        switch (damage) {
          case 0 -> lines.set(1, lines.get(1).replace("\"who\":\"b\"", "\"who\":\"x\""));
          case 1 -> lines.remove(1);
          case 2 -> lines.add(2, lines.get(1));
          default -> lines.remove(3);
        }
        Files.write(file, lines);
        assertNotNull(log.verify().error(), "damage " + damage);
        Files.delete(file);
      }
    }
  }

  @Test
  void saysThatItCannotBeWrittenUntilItCan() throws Exception {
    try (AuditLog log = open(300, 10)) {
      log.record(entry("ada"));
      Path away = directory.resolveSibling(directory.getFileName() + "-away");
      Files.move(directory, away);
      log.record(entry("bob"));
      log.record(entry("bob"));
      assertNotNull(log.trouble());
      Files.move(away, directory);
      log.record(entry("eve"));
      assertNull(log.trouble());
      assertNull(log.verify().error());
    }
  }
}

package io.directord.server.audit;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AuditLogTest {
  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  @TempDir Path directory;

  private AuditLog open(long maxBytes, int maxFiles) throws IOException {
    return open(maxBytes, maxFiles, Duration.ZERO, () -> NOW);
  }

  private AuditLog open(long maxBytes, int maxFiles, Duration keep, InstantSource clock)
      throws IOException {
    return AuditLog.open(
        directory, new AuditLimits(maxBytes, maxFiles, keep), clock, (name, why) -> {});
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
    return log.read(Instant.EPOCH, line -> true, 100).lines().stream()
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
      assertEquals(new AuditVerified(3, 1, NOW, null), log.verify());
      assertEquals(
          List.of("bob"),
          log.read(NOW, line -> line.path("who").asString().equals("bob"), 5).lines().stream()
              .map(line -> line.path("who").asString())
              .toList());
      assertEquals(List.of(), log.read(NOW.plusSeconds(1), line -> true, 5).lines());
    }
  }

  @Test
  void goesOnInAFileOfItsOwnIfTheOneThatIsWrittenIsRemovedAndSaysWhatIsGone() throws Exception {
    try (AuditLog log = open(1 << 20, 10)) {
      for (int round = 0; round < 2; round++) {
        log.record(entry("ada")).join();
        for (Path file : files()) {
          Files.delete(file);
        }
        if (round == 1) {
          Files.delete(directory);
        }
        log.record(entry("bob")).join();
        assertEquals(List.of("server", "bob"), callers(log));
        JsonNode notice = log.read(Instant.EPOCH, line -> true, 2).lines().get(0);
        assertEquals(
            "the audit log's file was removed or replaced while it was written",
            notice.path("action").asString());
        assertEquals(
            "lines that were in it, up to "
                + (notice.path("seq").asLong() - 1)
                + ", are not there any more",
            notice.path("subject").path("what").asString());
        assertNull(log.verify().error());
        assertNull(log.trouble());
      }
    }
    try (AuditLog log = open(1 << 20, 10)) {
      assertEquals(List.of("server", "bob"), callers(log));
    }
  }

  @Test
  void beginsNewFilesAndDeletesTheOldest() throws Exception {
    try (AuditLog log = open(1000, 3)) {
      for (int i = 0; i < 50; i++) {
        log.record(entry("user-" + i)).join();
      }
      assertEquals(3, files().size());
      AuditVerified found = log.verify();
      assertNull(found.error());
      assertTrue(found.first() > 1);
      List<JsonNode> lines = log.read(Instant.EPOCH, line -> true, 100).lines();
      assertEquals("user-49", lines.get(lines.size() - 1).path("who").asString());
      JsonNode first = lines.get(0);
      assertEquals("the audit log goes on in another file", first.path("action").asString());
      JsonNode last =
          log.read(Instant.EPOCH, line -> line.path("who").asString().equals("server"), 1)
              .lines()
              .get(0);
      String deleted = last.path("subject").path("what").asString();
      String end = " to " + (first.path("seq").asLong() - 1) + " were deleted";
      assertTrue(deleted.startsWith("lines ") && deleted.endsWith(end), deleted);
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
          log.record(entry(who)).join();
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
      log.record(entry("ada")).join();
      Path away = directory.resolveSibling(directory.getFileName() + "-away");
      Files.move(directory, away);
      Files.createFile(directory);
      log.record(entry("bob")).join();
      log.record(entry("bob")).join();
      assertNotNull(log.trouble());
      Files.delete(directory);
      Files.move(away, directory);
      log.record(entry("eve")).join();
      assertNull(log.trouble());
      assertNull(log.verify().error());
      AuditFound found = log.read(Instant.EPOCH, line -> true, 100);
      assertEquals(
          "2 lines lost: see the server's log",
          found.lines().get(2).path("subject").path("why").asString());
    }
  }

  @Test
  void goesOnByItselfAsSoonAsItCanBeWritten() throws Exception {
    try (AuditLog log = open(300, 10)) {
      log.record(entry("ada")).join();
      Path away = directory.resolveSibling(directory.getFileName() + "-away");
      Files.move(directory, away);
      Files.createFile(directory);
      log.record(entry("bob")).join();
      assertNotNull(log.trouble());
      Files.delete(directory);
      Files.move(away, directory);
      await().until(() -> log.trouble() == null);
      assertEquals(List.of("ada", "server", "server"), callers(log));
    }
  }

  @Test
  void whoMayOrderCannotPushOldLinesOut() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    try (AuditLog log = open(1000, 2, Duration.ofDays(30), now::get)) {
      log.record(entry("thief")).join();
      for (int i = 0; i < 100 && log.trouble() == null; i++) {
        log.record(entry("thief-" + i)).join();
      }
      assertTrue(log.trouble().contains("it is full: 2 files, and audit_time has"), log::trouble);
      assertEquals("thief", callers(log).get(0));
      now.set(now.get().plus(Duration.ofDays(31)));
      await().until(() -> log.trouble() == null);
      assertTrue(log.verify().first() > 1);
    }
  }

  @Test
  void bytesAndTimesOfNobodyAreToldByFileAndLine() throws Exception {
    for (String line : List.of("\u00ff", "{\"seq\":2,\"at\":\"yesterday\"}", "x".repeat(2 << 20))) {
      try (AuditLog log = open(8 << 20, 10)) {
        log.record(entry("ada")).join();
        Path file = files().get(0);
        Files.writeString(
            file, line + "\n", StandardCharsets.ISO_8859_1, StandardOpenOption.APPEND);
        assertEquals(List.of("ada"), callers(log));
        assertTrue(log.verify().error().startsWith("the last file has "));
        String first = Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")[0];
        Files.writeString(file, line + "\n" + first + "\n", StandardCharsets.ISO_8859_1);
        assertEquals(List.of("ada"), callers(log));
        assertEquals(file + ":1: not a line of this log", log.verify().error());
        Files.delete(file);
      }
    }
  }

  @Test
  void saysHowManyOlderLinesAreLeftOut() throws Exception {
    try (AuditLog log = open(1 << 20, 10)) {
      for (String who : List.of("a", "b", "c", "d")) {
        log.record(entry(who));
      }
      AuditFound found = log.read(Instant.EPOCH, line -> true, 3);
      assertEquals(1, found.omitted());
      assertEquals("b", found.lines().get(0).path("who").asString());
    }
  }

  @Test
  void readsNoFilesWhoseLinesAreAllOlder() throws Exception {
    AtomicReference<Instant> now = new AtomicReference<>(NOW);
    try (AuditLog log = open(300, 100, Duration.ZERO, now::get)) {
      for (int i = 0; i < 9; i++) {
        now.set(NOW.plusSeconds(i));
        log.record(entry("user-" + i)).join();
      }
      Instant since = NOW.plusSeconds(6);
      assertEquals(
          List.of("user-6", "user-7", "user-8"),
          log
              .read(since, line -> !line.path("who").asString().equals("server"), 100)
              .lines()
              .stream()
              .map(line -> line.path("who").asString())
              .toList());
    }
  }
}

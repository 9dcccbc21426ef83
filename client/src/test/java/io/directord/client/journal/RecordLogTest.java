package io.directord.client.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLogTest {
  @TempDir Path folder;
  private final List<String> read = new ArrayList<>();

  @Test
  void givesBackWhatWasAppended() throws IOException {
    long second;
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("one"));
      second = log.append((byte) 2, bytes("two"));
      log.appendAll((byte) 3, List.of(bytes(""), bytes("four")));
      assertArrayEquals(bytes("two"), log.read(second));
    }
    try (RecordLog log = open()) {
      assertEquals(List.of("1one", "2two", "3", "3four"), read);
      assertArrayEquals(bytes("two"), log.read(second));
    }
  }

  @Test
  void cutsOffARecordThatWasTornAtAnyByte() throws IOException {
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("kept"));
    }
    long good = Files.size(file());
    try (RecordLog log = open()) {
      log.append((byte) 2, bytes("torn somewhere"));
    }
    byte[] whole = Files.readAllBytes(file());
    for (int length = (int) good; length < whole.length; length++) {
      Files.write(file(), Arrays.copyOf(whole, length));
      read.clear();
      try (RecordLog log = open()) {
        assertEquals(List.of("1kept"), read, "cut at " + length);
        log.append((byte) 3, bytes("next"));
      }
      read.clear();
      open().close();
      assertEquals(List.of("1kept", "3next"), read, "cut at " + length);
    }
  }

  @Test
  void takesAnEmptyFileAndAHalfWrittenBeginningForANewLog() throws IOException {
    for (int length = 0; length < RecordLog.MAGIC.length; length++) {
      Files.write(file(), Arrays.copyOf(RecordLog.MAGIC, length));
      open().close();
      assertEquals(List.of(), read);
      assertEquals(RecordLog.MAGIC.length, Files.size(file()));
    }
  }

  @Test
  void cutsOffZerosThatACrashOfTheMachineLeaves() throws IOException {
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("kept"));
    }
    byte[] whole = Files.readAllBytes(file());
    Files.write(file(), Arrays.copyOf(whole, whole.length + 4096));
    open().close();
    assertEquals(List.of("1kept"), read);
    assertEquals(whole.length, Files.size(file()));
  }

  @Test
  void refusesDamageThatIsFollowedByASoundRecord() throws IOException {
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("first"));
      log.append((byte) 1, bytes("second"));
    }
    byte[] whole = Files.readAllBytes(file());
    for (int at = RecordLog.MAGIC.length; at < RecordLog.MAGIC.length + 14; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x55;
      Files.write(file(), damaged);
      assertThrows(DamagedLogException.class, this::open, "damaged at " + at);
      assertArrayEquals(damaged, Files.readAllBytes(file()), "it must not be touched");
    }
  }

  @Test
  void refusesAFileThatIsNoLog() throws IOException {
    Files.writeString(file(), "this is something else");
    assertThrows(DamagedLogException.class, this::open);
  }

  @Test
  void rewritingReplacesTheFileAndGoesOn() throws IOException {
    try (RecordLog log = open()) {
      for (int i = 0; i < 100; i++) {
        log.append((byte) 1, bytes("old" + i));
      }
      log.rewrite(fresh -> fresh.append((byte) 2, bytes("kept")));
      log.append((byte) 3, bytes("new"));
    }
    open().close();
    assertEquals(List.of("2kept", "3new"), read);
  }

  @Test
  void keepsTheOldFileIfRewritingFails() throws IOException {
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("old"));
      assertThrows(
          IOException.class,
          () ->
              log.rewrite(
                  fresh -> {
                    throw new IOException("no space");
                  }));
      log.append((byte) 1, bytes("more"));
    }
    open().close();
    assertEquals(List.of("1old", "1more"), read);
    try (var files = Files.list(folder)) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  private RecordLog open() throws IOException {
    return RecordLog.open(
        file(),
        (type, payload, position) -> read.add(type + new String(payload, StandardCharsets.UTF_8)));
  }

  private Path file() {
    return folder.resolve("log");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

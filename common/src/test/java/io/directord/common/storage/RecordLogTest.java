package io.directord.common.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.validation.LaterVersionException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordLogTest {
  private static final String BOOT = "boot";
  private static final List<String> ALL = List.of("1one", "2two", "3", "3four");

  @TempDir(factory = InMemory.class)
  Path directory;

  private final List<String> read = new ArrayList<>();
  private Damage damage;

  @Test
  void afterASyncThatFailedNothingIsAppendedBeforeItIsMadeAnew() throws IOException {
    Path path = directory.resolve("synced");
    try (RecordLog log = RecordLog.open(path, "boot", record -> {}).log()) {
      long first = log.append((byte) 1, new byte[] {1});
      // An interrupt makes a sync fail.
      Thread.currentThread().interrupt();
      assertThrows(IOException.class, log::force);
      assertTrue(Thread.interrupted());
      assertTrue(log.isSuspect());
      assertThrows(IOException.class, () -> log.append((byte) 1, new byte[] {2}));
      log.rewrite(fresh -> fresh.append((byte) 1, log.read(first)));
      assertFalse(log.isSuspect());
      log.append((byte) 1, new byte[] {3});
      log.force();
    }
    List<Byte> found = new ArrayList<>();
    RecordLog.open(path, "boot", record -> found.add(record.payload()[0])).log().close();
    assertEquals(List.of((byte) 1, (byte) 3), found);
  }

  @Test
  void tryingWhetherItCanBeWrittenChangesNothing() throws IOException {
    Path path = directory.resolve("probed");
    try (RecordLog log = RecordLog.open(path, BOOT, record -> {}).log()) {
      log.append((byte) 1, new byte[] {1});
      long size = Files.size(path);
      FileTime written = FileTime.from(Instant.EPOCH);
      Files.setLastModifiedTime(path, written);
      log.probe();
      assertEquals(size, Files.size(path));
      assertEquals(written, Files.getLastModifiedTime(path));
      log.append((byte) 1, new byte[] {2});
      log.probe();
    }
    List<Byte> found = new ArrayList<>();
    RecordLog.Opened opened = RecordLog.open(path, BOOT, record -> found.add(record.payload()[0]));
    opened.log().close();
    assertEquals(null, opened.damage());
    assertEquals(List.of((byte) 1, (byte) 2), found);
  }

  @Test
  void refusesALogOfALaterVersionAndLeavesItAsItIs() throws IOException {
    Path path = directory.resolve("later");
    ByteBuffer later =
        ByteBuffer.allocate(100).put("DRDLOG3\n".getBytes(StandardCharsets.US_ASCII));
    later.putInt(12345).putInt(LogFormat.checksum(later.array(), 0, 12));
    Files.write(path, later.array());

    String message =
        assertThrows(LaterVersionException.class, () -> RecordLog.open(path, BOOT, record -> {}))
            .getMessage();

    assertTrue(message.contains("the format DRDLOG3"), message);
    assertThrows(LaterVersionException.class, () -> LogPeek.damage(path));
    assertThrows(LaterVersionException.class, () -> LogPeek.each(path, record -> {}));
    assertArrayEquals(later.array(), Files.readAllBytes(path));
    assertEquals(List.of(path), files());
  }

  @Test
  void aDamagedDigitIsNoLaterVersion() throws IOException {
    Path path = directory.resolve("damaged");
    try (RecordLog log = RecordLog.open(path, BOOT, record -> {}).log()) {
      log.append((byte) 1, new byte[] {7});
    }
    byte[] bytes = Files.readAllBytes(path);
    bytes[6] = '3';
    Files.write(path, bytes);

    RecordLog.Opened opened =
        RecordLog.open(path, BOOT, record -> assertEquals(7, record.payload()[0]));
    opened.log().close();
    assertNotNull(opened.damage());
  }

  @Test
  void whatAReaderRefusesIsAsItWas() throws IOException {
    Path path = directory.resolve("refused");
    try (RecordLog log = RecordLog.open(path, BOOT, record -> {}).log()) {
      log.append((byte) 1, new byte[] {7});
    }
    byte[] before = Files.readAllBytes(path);
    assertThrows(
        IOException.class,
        () ->
            RecordLog.open(
                path,
                "another",
                record -> {
                  throw new IOException("refused");
                }));
    assertArrayEquals(before, Files.readAllBytes(path));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

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
      assertEquals(ALL, read);
      assertNull(damage);
      assertArrayEquals(bytes("two"), log.read(second));
    }
  }

  @Test
  void aFlippedBitAnywhereLosesAtMostTheRecordItIsInAndIsTold() throws IOException {
    byte[] whole = synced();
    for (int bit = 0; bit < whole.length * Byte.SIZE; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      reopenWith(damaged);
      int at = bit;
      assertNotNull(damage, () -> "bit " + at);
      assertArrayEquals(damaged, Files.readAllBytes(damage.aside()));
      assertTrue(read.size() >= ALL.size() - 1, () -> "bit " + at + " left " + read);
      assertTrue(ALL.containsAll(read), () -> "bit " + at + " left " + read);
      if (damage.missing() >= 0) {
        assertEquals(ALL.size() - read.size(), damage.missing(), () -> "bit " + at);
      }
      assertEquals(read.size(), damage.kept());
      List<String> kept = List.copyOf(read);
      read.clear();
      open().close();
      assertNull(damage, "it is told once");
      assertEquals(kept, read);
      removeAll();
    }
  }

  @Test
  void afterACrashOfTheProcessACutAnywhereIsTold() throws IOException {
    byte[] whole = written();
    for (int length = 0; length < whole.length; length++) {
      reopenWith(Arrays.copyOf(whole, length));
      int at = length;
      assertNotNull(damage, () -> "cut to " + at);
      assertEquals(ALL.subList(0, read.size()), read, () -> "cut to " + at);
      assertTrue(damage.isLoss());
      removeAll();
    }
  }

  @Test
  void afterACrashOfTheMachineWhatWasNotSyncedIsCutOffQuietly() throws IOException {
    byte[] kept = synced();
    byte[] whole;
    try (RecordLog log = open()) {
      log.append((byte) 4, bytes("torn"));
      log.append((byte) 5, bytes("gone"));
      whole = Files.readAllBytes(file());
    }
    for (int length = kept.length; length < whole.length; length++) {
      for (byte rest : new byte[] {0, 0x5a}) {
        // A file may have its length before it has its content.
        byte[] torn = Arrays.copyOf(whole, whole.length);
        Arrays.fill(torn, length, whole.length, rest);
        for (byte[] found : List.of(torn, Arrays.copyOf(whole, length))) {
          Files.write(file(), found);
          read.clear();
          try (RecordLog log = open("another boot")) {
            assertNull(damage, "torn at " + length);
            assertEquals(ALL, read.subList(0, ALL.size()), "torn at " + length);
            log.append((byte) 6, bytes("next"));
          }
          read.clear();
          open("another boot").close();
          assertEquals("6next", read.get(read.size() - 1), "torn at " + length);
        }
      }
    }
  }

  @Test
  void afterACrashOfTheMachineDamageOfWhatWasSyncedIsTold() throws IOException {
    byte[] whole = synced();
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      byte[] zeros = Arrays.copyOf(cut, whole.length);
      for (byte[] found : List.of(cut, zeros)) {
        reopenWith(found, "another boot");
        int at = length;
        assertNotNull(damage, () -> "damaged from " + at);
        removeAll();
      }
    }
  }

  @Test
  void recordsBehindALostStretchAreFoundAgain() throws IOException {
    try (RecordLog log = open()) {
      for (int i = 0; i < 1000; i++) {
        log.append((byte) 1, bytes("record " + i + " " + "x".repeat(i)));
      }
      log.force();
    }
    byte[] bytes = Files.readAllBytes(file());
    Arrays.fill(bytes, 100_000, 104_096, (byte) 0);
    reopenWith(bytes);
    assertEquals(1000, read.size() + damage.missing());
    assertTrue(damage.missing() < 15, damage::toString);
    String counts = read.size() + " records are sound, and " + damage.missing() + " are not";
    assertTrue(damage.toString().endsWith(counts), damage::toString);
    assertTrue(
        new Damage(file(), "", null, 1, 1).toString().endsWith("1 record is sound, and 1 is not"));
  }

  @Test
  void aForeignOrEmptyFileIsKeptAsideAndToldAndNotTakenForANewLog() throws IOException {
    for (String foreign : List.of("", "x", "somebody else's file, ".repeat(100))) {
      reopenWith(bytes(foreign));
      assertEquals(foreign, Files.readString(damage.aside()));
      assertTrue(damage.isLoss());
      assertTrue(damage.toString().contains("others may be missing"), damage::toString);
      assertEquals(List.of(), read);
      removeAll();
    }
  }

  @Test
  void bytesInsideOfARecordAreNotTakenForARecord() throws IOException {
    byte[] whole = synced();
    removeAll();
    try (RecordLog log = open()) {
      log.append((byte) 1, whole);
      log.append((byte) 2, bytes("behind"));
      log.force();
    }
    byte[] damaged = Files.readAllBytes(file());
    damaged[LogFormat.HEADER_BYTES + LogFormat.LENGTH_OFFSET] ^= 1;
    reopenWith(damaged);
    assertEquals(List.of("2behind"), read);
  }

  @Test
  void numbersGoOnWhenItIsClearedAndOpenedAgain() throws IOException {
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("one"));
      log.append((byte) 1, bytes("two"));
      log.restartAfter(log.lastSeq());
      assertEquals(2, log.lastSeq());
    }
    try (RecordLog log = open()) {
      assertEquals(List.of(), read);
      assertEquals(2, log.lastSeq());
      log.append((byte) 1, bytes("three"));
      assertEquals(3, log.lastSeq());
    }
    open().close();
    assertNull(damage);
    assertEquals(List.of("1three"), read);
  }

  @Test
  void goesOnInAnEmptyFileWhenItIsMovedAndAMoveThatACrashInterruptedIsEnded() throws IOException {
    Path earlier = directory.resolve("earlier");
    int key;
    try (RecordLog log = open()) {
      log.append((byte) 1, bytes("one"));
      log.force();
      key = log.key();
      log.moveTo(earlier);
      log.append((byte) 1, bytes("two"));
      assertEquals(2, log.lastSeq());
    }
    Path beforeLastStep = directory.resolve("log.new");
    Files.move(file(), beforeLastStep);

    RecordLog.completeMove(file());

    try (RecordLog log = open()) {
      assertEquals(List.of("1two"), read);
      assertEquals(key, log.key());
      assertEquals(2, log.lastSeq());
    }
    read.clear();
    Files.move(earlier, file(), StandardCopyOption.REPLACE_EXISTING);
    open().close();
    assertEquals(List.of("1one"), read);
    assertNull(damage);
  }

  @Test
  void aNumberThatWasLostIsNotGivenAgain() throws IOException {
    byte[] whole = synced();
    reopenWith(Arrays.copyOf(whole, whole.length - 1));
    assertEquals(1, damage.missing());
    try (RecordLog log = open()) {
      assertEquals(ALL.size(), log.lastSeq());
    }
  }

  @Test
  void isMadeWholeOrNotAtAll() throws IOException {
    RecordLog.Opened opened = RecordLog.open(file(), BOOT, record -> {});
    opened.log().close();
    assertTrue(opened.created());
    assertEquals(LogFormat.HEADER_BYTES, Files.size(file()));
    opened = RecordLog.open(file(), BOOT, record -> {});
    opened.log().close();
    assertFalse(opened.created());
  }

  @Test
  void takesOverALogOfTheEarlierFormat() throws IOException {
    Files.write(file(), earlier());
    open().close();
    assertNull(damage);
    assertEquals(ALL, read);
    read.clear();
    open().close();
    assertEquals(ALL, read);
  }

  @Test
  void whatIsNotSoundInALogOfTheEarlierFormatIsTold() throws IOException {
    byte[] earlier = earlier();
    earlier[earlier.length - 1] ^= 1;
    reopenWith(earlier);
    assertEquals(ALL.subList(0, 3), read);
    assertArrayEquals(earlier, Files.readAllBytes(damage.aside()));
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
    assertNull(damage);
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
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(file()), files.toList());
    }
  }

  /** The bytes of a log with {@link #ALL}, as a process leaves it that dies after a sync. */
  private byte[] synced() throws IOException {
    try (RecordLog log = open()) {
      appendAll(log);
      log.force();
      return Files.readAllBytes(file());
    }
  }

  /** As a process leaves it that dies before the sync. */
  private byte[] written() throws IOException {
    try (RecordLog log = open()) {
      appendAll(log);
      return Files.readAllBytes(file());
    }
  }

  private static void appendAll(RecordLog log) throws IOException {
    log.append((byte) 1, bytes("one"));
    log.append((byte) 2, bytes("two"));
    log.appendAll((byte) 3, List.of(bytes(""), bytes("four")));
  }

  private static byte[] earlier() {
    ByteBuffer out = ByteBuffer.allocate(1000).put(bytes("DRDLOG1\n"));
    for (String record : ALL) {
      byte type = (byte) (record.charAt(0) - '0');
      byte[] payload = bytes(record.substring(1));
      CRC32 crc = new CRC32();
      crc.update(type);
      crc.update(payload);
      out.putInt(payload.length).putInt((int) crc.getValue()).put(type).put(payload);
    }
    return Arrays.copyOf(out.array(), out.position());
  }

  private void reopenWith(byte[] bytes) throws IOException {
    reopenWith(bytes, BOOT);
  }

  private void reopenWith(byte[] bytes, String boot) throws IOException {
    Files.write(file(), bytes);
    read.clear();
    open(boot).close();
  }

  private RecordLog open() throws IOException {
    return open(BOOT);
  }

  private RecordLog open(String boot) throws IOException {
    RecordLog.Opened opened =
        RecordLog.open(
            file(),
            boot,
            record ->
                read.add(record.type() + new String(record.payload(), StandardCharsets.UTF_8)));
    damage = opened.damage();
    return opened.log();
  }

  private void removeAll() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  private Path file() {
    return directory.resolve("log");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

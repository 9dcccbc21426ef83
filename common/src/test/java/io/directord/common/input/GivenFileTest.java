package io.directord.common.input;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.storage.IoErrors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class GivenFileTest {
  private static final int MAX = 1000;

  @TempDir Path directory;

  @Test
  void readsAFile() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "text");
    assertArrayEquals("text".getBytes(StandardCharsets.UTF_8), GivenFile.read(file, MAX));
    assertFails("it has more than 3 bytes", () -> GivenFile.read(file, 3));
  }

  @Test
  void readsWhatIsWrittenToAFifo() throws Exception {
    Path fifo = fifo();
    Thread writer =
        new Thread(
            () -> {
              try {
                Files.writeString(fifo, "text");
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    writer.start();
    assertArrayEquals("text".getBytes(StandardCharsets.UTF_8), GivenFile.read(fifo, MAX));
    writer.join();
  }

  @Test
  void aFifoToWhichNobodyWritesIsNotWaitedForWithoutEnd() throws Exception {
    Path fifo = fifo();
    assertFails(
        "it is a FIFO, and nobody has written to it for 0 s",
        () -> GivenFile.open(fifo, Duration.ofMillis(1)));
  }

  @Test
  void aFifoFromWhichNobodyReadsIsNotWaitedForWithoutEnd() throws Exception {
    Path fifo = fifo();
    assertFails(
        "it is a FIFO, and nobody has read from it for 0 s",
        () -> GivenFile.openToWrite(fifo, Duration.ofMillis(1)));
  }

  @Test
  void aFileWithoutASizeIsReadToItsEnd() throws IOException {
    assertTrue(GivenFile.read(Path.of("/proc/self/status"), 1 << 20).length > 0);
    assertFails("it has more than 9 bytes", () -> GivenFile.read(Path.of("/proc/self/status"), 9));
  }

  @Test
  void whatHasNoEndIsNotReadToItsEnd() throws IOException {
    assertFails("it has more than 1000 bytes", () -> GivenFile.read(Path.of("/dev/zero"), MAX));
    assertArrayEquals(new byte[0], GivenFile.read(Path.of("/dev/null"), MAX));
  }

  @Test
  void whatIsNoFileIsSaid() {
    assertFails("it is a directory, not a file", () -> GivenFile.open(directory));
    assertFails("no such file or directory", () -> GivenFile.open(directory.resolve("none")));
  }

  private static void assertFails(String expected, Executable reading) {
    assertEquals(expected, IoErrors.say(assertThrows(IOException.class, reading)));
  }

  private Path fifo() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    return fifo;
  }
}

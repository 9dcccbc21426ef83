package io.directord.client.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.directord.common.component.JobException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class ReadTest {
  @TempDir Path directory;

  @Test
  void readsAFileAlsoThroughALink() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    assertArrayEquals("text".getBytes(StandardCharsets.UTF_8), Destination.read(file, 100));
    assertArrayEquals("tex".getBytes(StandardCharsets.UTF_8), Destination.read(link, 2));
  }

  @Test
  void readsWhatThisUserMayNotWrite() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    file.toFile().setReadOnly();
    directory.toFile().setWritable(true, false);
    assertEquals(4, Destination.read(file, 100).length);
  }

  @Test
  void refusesAFifoADeviceADirectoryAndNothing() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    assertEquals(fifo + " exists and is not a file", refusal(fifo));
    Path link = Files.createSymbolicLink(directory.resolve("link"), fifo);
    assertEquals(link + " exists and is not a file", refusal(link));
    assertEquals("/dev/zero exists and is not a file", refusal(Path.of("/dev/zero")));
    assertEquals(directory + ": this is a directory, not a file", refusal(directory));
    Path nothing = directory.resolve("nothing");
    assertEquals(nothing + ": there is no such file", refusal(nothing));
    Path nowhere = nothing.resolve("file");
    assertEquals(nowhere + ": there is no such file", refusal(nowhere));
  }

  private static String refusal(Path path) {
    return assertThrows(JobException.class, () -> Destination.read(path, 100)).getMessage();
  }
}

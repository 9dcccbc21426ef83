package io.directord.common.security;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateFilesTest {
  @TempDir Path directory;

  @Test
  void whatStandsInTheWayOfADirectoryIsNamedWithWhatToDo() throws Exception {
    Path file = Files.createFile(directory.resolve("content"));
    assertSays(file, file + " is not a directory");
    assertSays(file.resolve("below"), file + " is not a directory");
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("gone"));
    assertSays(link, link + " is a link to nothing");
    Files.createDirectory(directory.resolve("gone"));
    PrivateFiles.makeDirectory(link);
  }

  @Test
  void aDirectoryInPlaceOfASecretIsNotSaidToBeOpen() {
    IOException e = assertThrows(IOException.class, () -> PrivateFiles.read(directory));
    assertEquals(
        directory + " is a directory, and a file with a secret is expected there: move it away",
        e.getMessage());
  }

  private static void assertSays(Path path, String what) {
    IOException e = assertThrows(IOException.class, () -> PrivateFiles.makeDirectory(path));
    assertEquals(
        what + ", and directord needs one of that name there: move it away, then start again",
        e.getMessage());
  }
}

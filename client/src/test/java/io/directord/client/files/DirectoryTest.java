package io.directord.client.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.client.process.ClientEnvironment;
import io.directord.client.process.Spawner;
import io.directord.common.component.ReadableNode.Ownership;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  private static final Path NAME = Path.of("name");

  @TempDir Path directory;

  @Test
  void whatIsMadeIsMadeInTheDirectoryThatWasOpenedThoughItsNameIsSwapped() throws Exception {
    Path there = Files.createDirectory(directory.resolve("there"));
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    try (Destination opened = Destination.makeDirectory(there, Attributes.of(Ownership.DEFAULT))) {
      Path moved = Files.move(there, directory.resolve("moved"));
      Files.createSymbolicLink(there, elsewhere);
      opened.directory().makeDirectory(NAME);
      assertTrue(Files.isDirectory(moved.resolve(NAME)));
      assertEquals(0, elsewhere.toFile().list().length);
    }
  }

  @Test
  @Timeout(300)
  void whatOthersPutInThePlaceOfAFileIsNeitherWaitedForNorRead() throws Exception {
    Spawner.of(new ClientEnvironment(List.of()), directory);
    Path shared = Files.createDirectory(directory.resolve("shared"));
    assertTrue(shared.toFile().setWritable(true, false));
    try (Destination opened = Destination.makeDirectory(shared, Attributes.of(Ownership.DEFAULT))) {
      Path fifo = shared.resolve(NAME);
      assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
      assertThrows(FileSystemException.class, () -> opened.directory().read(NAME));
      Files.delete(fifo);
      Files.createSymbolicLink(fifo, Path.of("/dev/zero"));
      assertThrows(FileSystemException.class, () -> opened.directory().read(NAME));
      Files.delete(fifo);
      assertThrows(NoSuchFileException.class, () -> opened.directory().read(NAME));
      Files.writeString(fifo, "text");
      try (FileChannel file = opened.directory().read(NAME)) {
        assertEquals(4, file.size());
      }
    }
  }

  @Test
  void aDirectoryThatIsSwappedBetweenLookingAndEnteringIsNotEntered() throws Exception {
    Path there = Files.createDirectories(directory.resolve("there"));
    Path child = Files.createDirectory(there.resolve(NAME));
    try (Destination opened = Destination.makeDirectory(there, Attributes.of(Ownership.DEFAULT))) {
      FileStat seen = opened.directory().stat(NAME);
      Files.move(child, there.resolve("moved"));
      Files.createSymbolicLink(child, directory);
      IOException changed =
          assertThrows(IOException.class, () -> opened.directory().enter(NAME, seen));
      assertTrue(changed.getMessage().contains("was changed by another process"));
    }
  }
}

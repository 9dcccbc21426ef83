package io.directord.client.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.common.component.NodeContext.Ownership;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTest {
  private static final Path NAME = Path.of("name");

  @TempDir Path folder;

  @Test
  void whatIsMadeIsMadeInTheDirectoryThatWasOpenedThoughItsNameIsSwapped() throws Exception {
    Path there = Files.createDirectory(folder.resolve("there"));
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    try (Destination opened = Destination.makeDirectory(there, Attributes.of(Ownership.DEFAULT))) {
      Path moved = Files.move(there, folder.resolve("moved"));
      Files.createSymbolicLink(there, elsewhere);
      opened.directory().makeDirectory(NAME);
      assertTrue(Files.isDirectory(moved.resolve(NAME)));
      assertEquals(0, elsewhere.toFile().list().length);
    }
  }

  @Test
  void aDirectoryThatIsSwappedBetweenLookingAndEnteringIsNotEntered() throws Exception {
    Path there = Files.createDirectories(folder.resolve("there"));
    Path child = Files.createDirectory(there.resolve(NAME));
    try (Destination opened = Destination.makeDirectory(there, Attributes.of(Ownership.DEFAULT))) {
      FileStat seen = opened.directory().stat(NAME);
      Files.move(child, there.resolve("moved"));
      Files.createSymbolicLink(child, folder);
      IOException changed =
          assertThrows(IOException.class, () -> opened.directory().enter(NAME, seen));
      assertTrue(changed.getMessage().contains("was changed by another process"));
    }
  }
}

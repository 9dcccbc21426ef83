package io.directord.common.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
  @TempDir Path directory;

  @Test
  void refusesASecondUserUntilTheFirstHasGone() throws IOException {
    try (DirectoryLock first = DirectoryLock.take(directory, "lock", "client", "state-path")) {
      DirectoryInUseException refused =
          assertThrows(
              DirectoryInUseException.class,
              () -> DirectoryLock.take(directory, "lock", "client", "state-path"));
      assertEquals(
          "another client uses " + directory + ": stop it, or give this one another --state-path",
          refused.getMessage());
      assertTrue(Files.exists(directory.resolve("lock")), first.toString());
    }
    DirectoryLock.take(directory, "lock", "client", "state-path").close();
  }

  @Test
  void aFileThatIsRemovedIsTakenAnewAndTwoThatHaveItAreTold() throws IOException {
    Path file = directory.resolve("lock");
    try (DirectoryLock first = DirectoryLock.take(directory, "lock", "client", "state-path")) {
      Files.delete(file);
      first.upkeep();
      assertThrows(
          DirectoryInUseException.class,
          () -> DirectoryLock.take(directory, "lock", "client", "state-path"));
      Files.delete(file);
      DirectoryLock second = DirectoryLock.take(directory, "lock", "client", "state-path");
      IOException both = assertThrows(IOException.class, first::upkeep);
      assertTrue(both.getMessage().contains("another process has it now"), both::getMessage);
      second.close();
      first.upkeep();
      assertThrows(
          DirectoryInUseException.class,
          () -> DirectoryLock.take(directory, "lock", "client", "state-path"));
    }
  }

  @Test
  void aFifoInItsPlaceIsRefusedAndNotWaitedFor() throws Exception {
    Path fifo = directory.resolve("lock");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    IOException refused =
        assertThrows(
            IOException.class, () -> DirectoryLock.take(directory, "lock", "client", "state-path"));
    assertTrue(refused.getMessage().contains("is not a regular file"), refused::getMessage);
  }

  @Test
  void itsFileBelongsToItsOwnerAlone() throws IOException {
    DirectoryLock.take(directory, "lock", "client", "state-path").close();
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("lock"))));
  }
}

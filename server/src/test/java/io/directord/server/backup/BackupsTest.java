package io.directord.server.backup;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BackupsTest {
  @TempDir Path directory;

  /** Somebody may keep backups in the server's state directory, of any name. */
  @Test
  void onlyWhatAnEarlierServerHasLeftIsRemoved() throws IOException {
    UUID left = UUID.randomUUID();
    for (String name : List.of("backup-" + left, "backup-" + left + ".changes", "backup-0101")) {
      Files.writeString(directory.resolve(name), "content");
    }
    Files.writeString(Files.createDirectory(directory.resolve("backup-kept")).resolve("a"), "b");
    new Backups(directory, null, null, null, Clock.systemUTC()).close();
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(
          List.of("backup-0101", "backup-kept"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }
}

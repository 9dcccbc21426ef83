package io.directord.server.api;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.directord.server.access.UserGroups;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The system knows nothing of user stuck until a test lets it go on, and asks are written down. */
@Timeout(300)
class GroupLookupsTest {
  @TempDir Path directory;

  private final List<String> told = new CopyOnWriteArrayList<>();
  private GroupLookups lookups;

  @BeforeEach
  void start() throws Exception {
    Path program =
        Files.writeString(
            directory.resolve("id"),
            """
            #!/bin/sh
            cd "$(dirname "$0")"
            echo "$3" >> asked
            while [ "$3" = stuck ] && [ ! -e go ]; do sleep 0.05; done
            printf 'of-%s\\000' "$3"
            """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    lookups =
        new GroupLookups(
            new UserGroups(System::nanoTime, program.toString(), Duration.ofMinutes(1)));
  }

  @AfterEach
  void stop() {
    lookups.close();
  }

  private boolean ask(String user) {
    return lookups.of(user, groups -> told.add(user + " " + groups));
  }

  @Test
  void whoIsStuckHoldsUpNobodyElseAndIsAskedForOnce() throws Exception {
    for (int i = 0; i < 10; i++) {
      assertTrue(ask("stuck"));
    }
    assertTrue(ask("ada"));
    await().until(() -> told.contains("ada [of-ada]"));
    assertEquals(1, told.size());

    Files.createFile(directory.resolve("go"));
    await().until(() -> told.size() == 11);
    assertEquals(
        1, Files.readAllLines(directory.resolve("asked")).stream().filter("stuck"::equals).count());
  }

  @Test
  void whatIsRememberedIsToldAtOnce() {
    ask("ada");
    await().until(() -> told.size() == 1);
    ask("ada");
    assertEquals(List.of("ada [of-ada]", "ada [of-ada]"), told);
  }

  @Test
  void aUserOfWhomManyWaitShutsOutNobodyElse() throws Exception {
    for (int i = 0; i < GroupLookups.MAX_OF_USER; i++) {
      assertTrue(ask("stuck"));
    }
    assertFalse(ask("stuck"));
    assertTrue(ask("ada"));
    await().until(() -> told.contains("ada [of-ada]"));
    Files.createFile(directory.resolve("go"));
    await().until(() -> told.size() == GroupLookups.MAX_OF_USER + 1);
  }
}

package io.directord.server.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class UserGroupsTest {
  @TempDir Path directory;

  private UserGroups asking(String script, Duration timeout) throws IOException {
    Path program = Files.writeString(directory.resolve("id"), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    return new UserGroups(System::nanoTime, program.toString(), timeout);
  }

  @Test
  void aNameMayHaveABlankAndBeThereTwice() throws Exception {
    UserGroups groups = asking("printf 'linux admins\\000web\\000web\\000'", Duration.ofMinutes(1));
    assertEquals(Set.of("linux admins", "web"), groups.of("ada"));
  }

  @Test
  @Timeout(300)
  void aDirectoryOfUsersThatDoesNotAnswerIsNotWaitedFor() throws Exception {
    UserGroups groups = asking("printf web; exec sleep 600", Duration.ofMillis(100));
    assertEquals(Set.of(), groups.of("ada"));
  }

  @Test
  void aUserThatTheSystemDoesNotKnowHasNone() throws Exception {
    UserGroups groups = asking("exit 1", Duration.ofMinutes(1));
    assertEquals(Set.of(), groups.of("ada"));
  }

  @Test
  void theSystemsOwnProgramAnswers() {
    assertTrue(new UserGroups(System::nanoTime).of("root").contains("root"));
  }
}

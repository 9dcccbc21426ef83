package io.directord.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostNameTest {
  @TempDir private Path directory;

  @Test
  void aNameThatCannotBeResolvedIsThatOfTheKernel() throws Exception {
    Path file = Files.writeString(directory.resolve("hostname"), "server-1\n");
    assertEquals("server-1", HostName.read(file));
    assertEquals("localhost", HostName.read(directory.resolve("none")));
  }
}

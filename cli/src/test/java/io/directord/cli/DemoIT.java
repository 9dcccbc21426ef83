package io.directord.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's first command. */
class DemoIT {
  @TempDir Path directory;

  @Test
  void doesWhatItSaysAndLeavesNothingBehind() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(TestCluster.distribution().resolve("share/demo.sh").toString());
    builder.environment().put("TMPDIR", directory.toString());
    Process demo = builder.redirectErrorStream(true).start();
    String said = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, demo.waitFor(), said);
    assertTrue(said.contains("directord server\n"), said);
    assertEquals(0, entries());
    assertEquals(0, ProcessHandle.allProcesses().filter(this::worksThere).count());
  }

  private long entries() throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.count();
    }
  }

  private boolean worksThere(ProcessHandle process) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(process.pid()), "cwd"))
          .toString()
          .startsWith(directory.toString());
    } catch (IOException e) {
      return false;
    }
  }
}

package io.directord.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.directord.cli.console.Failure;
import io.directord.cli.output.OutputFormat;
import io.directord.common.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportFileTest {
  private static final int OTHER_ID = 65534;

  @TempDir Path directory;

  @Test
  void dotDotIsTheKernels() throws Exception {
    Files.createDirectories(directory.resolve("a/b"));
    Files.createSymbolicLink(directory.resolve("link"), Path.of("a/b"));
    export(directory.resolve("link/../x.yaml"));
    assertEquals("k: {}\n", Files.readString(directory.resolve("a/x.yaml")));
  }

  @Test
  void whatAnotherUserPutWhereEveryoneMayIsNotWrittenTo() throws Exception {
    assumeTrue(Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0), "needs root");
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.setAttribute(shared, "unix:mode", 01777);
    Path victim = Files.writeString(directory.resolve("victim"), "root's own");
    Path link = theirs(Files.createSymbolicLink(shared.resolve("x.yaml"), victim));
    Path dangling = theirs(Files.createSymbolicLink(shared.resolve("y"), directory.resolve("new")));
    Path file = theirs(Files.createFile(shared.resolve("z")));
    for (Path planted : new Path[] {link, dangling, file}) {
      Failure refused = assertThrows(Failure.class, () -> export(planted));
      assertTrue(refused.getMessage().contains(planted + " belongs to "), refused.getMessage());
    }
    assertEquals("root's own", Files.readString(victim));
    export(shared.resolve("ours"));
    export(shared.resolve("ours"));
    assertEquals("k: {}\n", Files.readString(shared.resolve("ours")));
  }

  @Test
  void aFifoGetsItAndStaysOne() throws Exception {
    Path fifo = directory.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    CompletableFuture<String> read =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return Files.readString(fifo);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    export(fifo);
    assertEquals("k: {}\n", read.get(1, TimeUnit.MINUTES));
    assertFalse(Files.isRegularFile(fifo));
  }

  private static Path theirs(Path path) throws IOException {
    Files.setAttribute(path, "unix:uid", OTHER_ID, LinkOption.NOFOLLOW_LINKS);
    return path;
  }

  private static void export(Path path) throws Failure {
    try (ExportFile export = new ExportFile(path.toString(), OutputFormat.YAML)) {
      export.add("k", Json.object());
      export.finish();
    }
  }
}

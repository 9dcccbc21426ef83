package io.directord.system;

import static io.directord.system.Jobs.awaiting;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file system in memory that a test can fill; needs the right to mount. */
final class TinyDisk implements AutoCloseable {
  private static final int BLOCK_BYTES = 4096;

  private final Path directory;

  private TinyDisk(Path directory) {
    this.directory = directory;
  }

  /**
   * Mounts it at that directory; skips the test with the reason if this machine does not let us.
   */
  static TinyDisk at(Path directory, int mebibytes) throws Exception {
    Files.createDirectories(directory);
    String size = "size=" + mebibytes + "m,mode=0700";
    int status =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", size, "tmpfs", directory.toString())
            .inheritIO()
            .start()
            .waitFor();
    assumeTrue(status == 0, "needs the right to mount a file system");
    return new TinyDisk(directory);
  }

  /** Leaves no byte free. */
  void fill() throws IOException {
    byte[] block = new byte[BLOCK_BYTES];
    try (OutputStream out =
        Files.newOutputStream(filler(), StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      if (directory.toFile().getUsableSpace() > 0) {
        throw e;
      }
    }
  }

  void makeRoom() throws IOException {
    Files.deleteIfExists(filler());
  }

  @Override
  public void close() throws IOException {
    // Lazily: somebody may still have a file open there.
    Process umount = new ProcessBuilder("umount", "-l", directory.toString()).inheritIO().start();
    awaiting("the disk is taken away").until(() -> !umount.isAlive());
  }

  private Path filler() {
    return directory.resolve("filler");
  }
}

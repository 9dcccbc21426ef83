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

  private final Path folder;

  private TinyDisk(Path folder) {
    this.folder = folder;
  }

  /** Mounts it at that folder; skips the test with the reason if this machine does not let us. */
  static TinyDisk at(Path folder, int mebibytes) throws Exception {
    Files.createDirectories(folder);
    String size = "size=" + mebibytes + "m,mode=0700";
    int status =
        new ProcessBuilder("mount", "-t", "tmpfs", "-o", size, "tmpfs", folder.toString())
            .inheritIO()
            .start()
            .waitFor();
    assumeTrue(status == 0, "needs the right to mount a file system");
    return new TinyDisk(folder);
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
      if (folder.toFile().getUsableSpace() > 0) {
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
    Process umount = new ProcessBuilder("umount", "-l", folder.toString()).inheritIO().start();
    awaiting("the disk is taken away").until(() -> !umount.isAlive());
  }

  private Path filler() {
    return folder.resolve("filler");
  }
}

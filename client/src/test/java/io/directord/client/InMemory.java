package io.directord.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Temporary directories that no disk is waited for, where the machine has a place for them. */
public final class InMemory implements TempDirFactory {
  private static final Path PLACE = Path.of("/dev/shm");

  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
      throws IOException {
    return Files.isWritable(PLACE)
        ? Files.createTempDirectory(PLACE, "directord-test-")
        : Files.createTempDirectory("directord-test-");
  }
}

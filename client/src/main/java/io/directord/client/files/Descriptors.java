package io.directord.client.files;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * For operations that Java offers by name only: the name in {@code /proc} of a descriptor of this
 * process, which leads to the open file even if it was renamed.
 */
final class Descriptors {
  private static final Path ALL = Path.of("/proc/self/fd");
  private static final Object USING = new Object();

  private Descriptors() {}

  @FunctionalInterface
  interface Closing {
    void close() throws IOException;
  }

  @FunctionalInterface
  interface Use {
    void with(Path descriptor) throws IOException;
  }

  /** Closes a descriptor that might be in use. */
  static void whileNoneIsUsed(Closing closing) throws IOException {
    synchronized (USING) {
      closing.close();
    }
  }

  /**
   * @param key of a file or directory that the caller holds open
   * @return false if there is no descriptor of it, and nothing was done
   */
  static boolean use(Object key, Use use) throws IOException {
    synchronized (USING) {
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(ALL)) {
        for (Path descriptor : descriptors) {
          if (leadsTo(descriptor, key)) {
            use.with(descriptor);
            return true;
          }
        }
      }
      return false;
    }
  }

  private static boolean leadsTo(Path descriptor, Object key) throws IOException {
    try {
      return key.equals(Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      // Closed meanwhile, or a deleted file.
      return false;
    }
  }
}

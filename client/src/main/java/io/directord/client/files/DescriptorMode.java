package io.directord.client.files;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Set-user-id, set-group-id and sticky bits of open files. Java sets them by name alone, so the
 * name is the one that {@code /proc} has for a descriptor of this process, which nobody can swap.
 */
final class DescriptorMode {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final Object SETTING = new Object();

  private DescriptorMode() {}

  @FunctionalInterface
  interface Closing {
    void close() throws IOException;
  }

  /** Closes a descriptor that might just be looked at. */
  static void whileNoneIsSet(Closing closing) throws IOException {
    synchronized (SETTING) {
      closing.close();
    }
  }

  /**
   * Sets all permission bits.
   *
   * @param held the file, open
   * @param key of that file
   */
  static void set(FileChannel held, Object key, int mode) throws IOException {
    synchronized (SETTING) {
      if (!held.isOpen()) {
        throw new ClosedChannelException();
      }
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
        for (Path descriptor : descriptors) {
          if (leadsTo(descriptor, key)) {
            Files.setAttribute(descriptor, "unix:mode", mode);
            return;
          }
        }
      }
    }
    throw new IOException("set-user-id, set-group-id and sticky bits cannot be set without /proc");
  }

  private static boolean leadsTo(Path descriptor, Object key) throws IOException {
    try {
      return key.equals(Files.readAttributes(descriptor, BasicFileAttributes.class).fileKey());
    } catch (NoSuchFileException e) {
      // Closed since, or of a file that has no name any more.
      return false;
    }
  }
}

package io.directord.client.process;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.file.Path;

/** Syncs a whole file system: for many files that is far faster than to sync each. Thread-safe. */
public final class FileSystemSync {
  private FileSystemSync() {}

  /** Whether this machine offers it. */
  public static boolean isAvailable() {
    return Libc.isLoaded();
  }

  /**
   * Waits until everything on the file system of this directory is on the disk.
   *
   * @throws IOException if that failed, or the directory may not be read
   */
  public static void sync(Path directory) throws IOException {
    int descriptor;
    try {
      descriptor = Libc.open(Libc.text(directory.toString()), Libc.O_RDONLY | Libc.O_CLOEXEC);
    } catch (LastErrorException e) {
      throw new IOException(directory + " cannot be opened to be synced", e);
    }
    try {
      if (Libc.syncfs(descriptor) != 0) {
        throw new IOException("the file system of " + directory + " cannot be synced");
      }
    } finally {
      Libc.close(descriptor);
    }
  }
}

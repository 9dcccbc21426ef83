package io.directord.common.storage;

import io.directord.common.security.PrivateFiles;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;

/** Operations on file names that survive a crash of the machine. */
public final class DurableFiles {
  private static final Logger LOG = System.getLogger(DurableFiles.class.getName());

  private DurableFiles() {}

  /** Syncs a directory. */
  public static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /**
   * Looks that nothing but a file is there, if anything is.
   *
   * @throws IOException saying what to do
   */
  public static void requireFile(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(
          file
              + (Files.isDirectory(file) ? " is a directory" : " is not a regular file")
              + ", and directord keeps a file of that name there: move it away, then start again");
    }
  }

  /** What the name stands for now; null if there is no such file. */
  public static Object key(Path file) throws IOException {
    try {
      return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * Gives a damaged file a second name, so that it can be examined after it was replaced.
   *
   * @return that name, {@code FILE.damaged-TIME} beside it
   */
  public static Path keepAside(Path file, Instant now) throws IOException {
    Path aside = asideOf(file, now);
    try {
      Files.createLink(aside, file);
    } catch (UnsupportedOperationException | AtomicMoveNotSupportedException e) {
      Files.copy(file, aside);
    }
    syncDirectory(aside.toAbsolutePath().getParent());
    return aside;
  }

  private static Path asideOf(Path file, Instant now) {
    String name = file.getFileName() + ".damaged-" + now.toString().replaceAll("[-:]|\\.\\d+", "");
    Path aside = file.resolveSibling(name);
    for (int i = 2; Files.exists(aside); i++) {
      aside = file.resolveSibling(name + "-" + i);
    }
    return aside;
  }

  /**
   * To be called when a file was removed or replaced while it was in use, and before another is put
   * there: makes the directory if need be, keeps aside what is there, and logs it.
   *
   * @param what the file is, for people
   * @param then what becomes of it, for people
   */
  public static void tellNotInPlace(Path path, String what, String then) throws IOException {
    PrivateFiles.makeDirectory(path.toAbsolutePath().getParent());
    String happened = " was removed while it was in use. ";
    if (Files.exists(path)) {
      Path aside = keepAside(path, Instant.now());
      happened =
          " was replaced by another file, or cut short, while it was in use. That one is kept as "
              + aside.getFileName()
              + ". ";
    }
    LOG.log(Level.ERROR, "{0} {1}{2}{3}", what, path, happened, then);
  }
}

package io.directord.client.files;

import io.directord.client.process.FileOpening;
import io.directord.common.component.JobException;
import io.directord.common.storage.SecureDirectories;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Set;

/**
 * An open directory. Operations act on it even if its name changes. Links are not followed unless
 * stated. Not thread-safe.
 */
final class Directory implements AutoCloseable {
  private static final Path HERE = Path.of(".");
  private static final Path UP = Path.of("..");
  private static final Path PROC = Path.of("/proc");
  private static final Path NOTHING = Path.of("");
  private static final int LOOKS = 3;
  private static final Set<OpenOption> READING =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
  private static final Set<OpenOption> READING_AND_WRITING =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

  private final SecureDirectoryStream<Path> stream;

  /** The path from the stream to this directory: empty unless this directory may not be read. */
  private final Path prefix;

  private final Path path;
  private final FileStat stat;

  private Directory(SecureDirectoryStream<Path> stream, Path prefix, Path path, FileStat stat) {
    this.stream = stream;
    this.prefix = prefix;
    this.path = path;
    this.stat = stat;
  }

  static Directory root() throws IOException {
    Path root = Path.of("/");
    return opened(SecureDirectories.of(Files.newDirectoryStream(root)), root);
  }

  /** Its path when it was opened. */
  Path path() {
    return path;
  }

  /** Its attributes when it was opened. */
  FileStat stat() {
    return stat;
  }

  /** The attributes of the entry of that name, or null. */
  FileStat stat(Path name) throws IOException {
    for (int look = 0; look < LOOKS; look++) {
      try {
        Object key = view(name, BasicFileAttributeView.class).readAttributes().fileKey();
        FileStat found = FileStat.of(path.resolve(name));
        if (found.key().equals(key)) {
          return found;
        }
      } catch (NoSuchFileException e) {
        if (!exists(name)) {
          return null;
        }
      }
    }
    throw changed(path.resolve(name));
  }

  /**
   * Opens a directory in this one.
   *
   * @param seen result of {@link #stat(Path)}; fails if the directory was replaced since
   */
  Directory enter(Path name, FileStat seen) throws IOException {
    Path where = path.resolve(name);
    if (!seen.isDirectory()) {
      throw new NotDirectoryException(where.toString());
    }
    return open(name, where, seen);
  }

  /** The parent directory according to the kernel. */
  Directory parent() throws IOException {
    // Below /proc the text of a path does not tell where it leads.
    boolean physical = !path.startsWith(PROC) && path.getParent() != null;
    Path where = physical ? path.getParent() : path.resolve(UP);
    return open(UP, where, FileStat.of(where));
  }

  /** Opens the directory to which a link leads, resolved by the kernel. */
  Directory follow(Path name) throws IOException {
    return opened(
        SecureDirectories.of(stream.newDirectoryStream(in(name).resolve(HERE))),
        path.resolve(name));
  }

  /** Whether links here have targets that differ from their text, as in {@code /proc/PID}. */
  boolean isMagic() throws IOException {
    return path.startsWith(PROC) && stat.device() == FileStat.of(PROC).device();
  }

  FileChannel open(Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return (FileChannel) stream.newByteChannel(in(name), options, attributes);
  }

  /**
   * Opens a file for reading. What another user may have put in its place, such as a FIFO, never
   * blocks.
   */
  FileChannel read(Path name) throws IOException {
    if (stat.isOursAlone()) {
      return open(name, READING);
    }
    FileChannel[] opened = new FileChannel[1];
    if (FileOpening.isAvailable()
        && Descriptors.use(stat.key(), here -> opened[0] = FileOpening.open(here.resolve(name)))) {
      return opened[0];
    }
    try {
      // A FIFO that is opened for both does not block.
      return open(name, READING_AND_WRITING);
    } catch (FileSystemException e) {
      // A program that is running, or a file that may only be read.
      return open(name, READING);
    }
  }

  /** Sets attributes of the entry of that name. */
  <V extends FileAttributeView> V view(Path name, Class<V> type) {
    return stream.getFileAttributeView(in(name), type, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes a directory in this one. */
  void makeDirectory(Path name, FileAttribute<?>... attributes) throws IOException {
    if (!Descriptors.use(
        stat.key(), here -> Files.createDirectory(here.resolve(name), attributes))) {
      // The directory may not be read, or the system lacks /proc.
      Files.createDirectory(path.resolve(name), attributes);
    }
  }

  /** Takes a name; returns false to be given no more. */
  @FunctionalInterface
  interface Names {
    boolean take(Path name) throws JobException, IOException;
  }

  /** Passes on the names in this directory, in any order, one after the other. */
  void names(Names names) throws JobException, IOException {
    try (DirectoryStream<Path> entries = stream.newDirectoryStream(in(HERE))) {
      for (Path entry : entries) {
        if (!names.take(entry.getFileName())) {
          return;
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** The same directory, opened once more. */
  Directory again() throws IOException {
    return open(HERE, path, stat);
  }

  /** Makes a link in this directory. */
  void makeLink(Path name, Path target) throws IOException {
    if (!Descriptors.use(
        stat.key(), here -> Files.createSymbolicLink(here.resolve(name), target))) {
      Files.createSymbolicLink(path.resolve(name), target);
    }
  }

  /** Where a link in this directory leads. */
  Path link(Path name, FileStat seen) throws IOException {
    Path text;
    try {
      text = Files.readSymbolicLink(path.resolve(name));
    } catch (NotLinkException | NoSuchFileException e) {
      throw changed(path.resolve(name));
    }
    FileStat after = stat(name);
    if (after == null || !after.key().equals(seen.key())) {
      throw changed(path.resolve(name));
    }
    return text;
  }

  /** Renames a file of this directory into another one, replacing an existing file. */
  void move(Path name, Directory to, Path newName) throws IOException {
    stream.move(in(name), to.stream, to.in(newName));
  }

  void deleteFile(Path name) throws IOException {
    stream.deleteFile(in(name));
  }

  void deleteDirectory(Path name) throws IOException {
    stream.deleteDirectory(in(name));
  }

  /** Syncs this directory to the disk; not possible without permission to read it. */
  void force() throws IOException {
    try (FileChannel channel = open(HERE, Set.of(StandardOpenOption.READ))) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // The kernel writes it somewhat later.
    }
  }

  /** Directories opened on the way must stay open as long as this one is used. */
  @Override
  public void close() throws IOException {
    if (prefix.equals(NOTHING)) {
      Descriptors.whileNoneIsUsed(stream::close);
    }
  }

  static FileSystemException changed(Path path) {
    return new PathChangedException(path);
  }

  private Path in(Path name) {
    return prefix.resolve(name);
  }

  private boolean exists(Path name) throws IOException {
    try {
      view(name, BasicFileAttributeView.class).readAttributes();
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Opened by its own {@code .}, which only a directory has, since opening a FIFO might block. */
  private Directory open(Path name, Path where, FileStat seen) throws IOException {
    SecureDirectoryStream<Path> opened;
    try {
      opened = SecureDirectories.of(stream.newDirectoryStream(in(name).resolve(HERE)));
    } catch (AccessDeniedException e) {
      // It may be entered but not read; otherwise the next step fails.
      return new Directory(stream, in(name), where, seen);
    }
    Directory directory = new Directory(opened, NOTHING, where, seen);
    try {
      if (key(opened).equals(seen.key())) {
        return directory;
      }
    } catch (IOException e) {
      directory.close();
      throw e;
    }
    directory.close();
    throw changed(where);
  }

  private static Directory opened(SecureDirectoryStream<Path> stream, Path path)
      throws IOException {
    Directory directory = new Directory(stream, NOTHING, path, FileStat.of(path.resolve(HERE)));
    if (!key(stream).equals(directory.stat.key())) {
      directory.close();
      throw changed(path);
    }
    return directory;
  }

  private static Object key(SecureDirectoryStream<Path> stream) throws IOException {
    return stream.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
  }
}

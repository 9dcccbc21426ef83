package io.directord.client.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.util.Set;

/**
 * An open directory: what is done in it is done there, whatever becomes of its name. Names are
 * never followed as links unless it is said. Not thread-safe.
 */
final class Directory implements AutoCloseable {
  private static final Path HERE = Path.of(".");
  private static final Path UP = Path.of("..");
  private static final Path PROC = Path.of("/proc");
  private static final Path NOTHING = Path.of("");
  private static final int LOOKS = 3;

  private final SecureDirectoryStream<Path> stream;

  /** Leads from the stream to this directory: empty unless this one may not be read. */
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
    return opened(secure(Files.newDirectoryStream(root)), root);
  }

  /** Where it is, or was when it was opened. */
  Path path() {
    return path;
  }

  /** What it was when it was opened. */
  FileStat stat() {
    return stat;
  }

  /** What has that name here, or null. */
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
   * @param seen what {@link #stat(Path)} said of it: if it is another one by now, this fails
   */
  Directory enter(Path name, FileStat seen) throws IOException {
    Path where = path.resolve(name);
    if (!seen.isDirectory()) {
      throw new NotDirectoryException(where.toString());
    }
    return open(name, where, seen);
  }

  /** The directory that this one is in, as the kernel has it. */
  Directory parent() throws IOException {
    // Below /proc the text of a path does not tell where it leads.
    boolean physical = !path.startsWith(PROC) && path.getParent() != null;
    Path where = physical ? path.getParent() : path.resolve(UP);
    return open(UP, where, FileStat.of(where));
  }

  /** Opens what a link leads to, if that is a directory, in the kernel's way. */
  Directory follow(Path name) throws IOException {
    return opened(secure(stream.newDirectoryStream(in(name).resolve(HERE))), path.resolve(name));
  }

  /** Whether links here lead where their text does not, as those of {@code /proc/PID} do. */
  boolean isMagic() throws IOException {
    return path.startsWith(PROC) && stat.device() == FileStat.of(PROC).device();
  }

  FileChannel open(Path name, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return (FileChannel) stream.newByteChannel(in(name), options, attributes);
  }

  /** Attributes of what has that name here. */
  <V extends FileAttributeView> V view(Path name, Class<V> type) {
    return stream.getFileAttributeView(in(name), type, LinkOption.NOFOLLOW_LINKS);
  }

  /** Makes a directory in this one. */
  void makeDirectory(Path name, FileAttribute<?>... attributes) throws IOException {
    if (!Descriptors.use(
        stat.key(), here -> Files.createDirectory(here.resolve(name), attributes))) {
      // One that may not be read, or a system without /proc.
      Files.createDirectory(path.resolve(name), attributes);
    }
  }

  /** Renames a file of this directory into another one, replacing what has that name there. */
  void move(Path name, Directory to, Path newName) throws IOException {
    stream.move(in(name), to.stream, to.in(newName));
  }

  void deleteFile(Path name) throws IOException {
    stream.deleteFile(in(name));
  }

  void deleteDirectory(Path name) throws IOException {
    stream.deleteDirectory(in(name));
  }

  /** Has the kernel write this directory's names to the disk; not possible without reading it. */
  void force() throws IOException {
    try (FileChannel channel = open(HERE, Set.of(StandardOpenOption.READ))) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Written somewhat later then.
    }
  }

  /** What was opened on the way to it must stay open as long as it is used. */
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

  /** By way of its own {@code .}, which a FIFO or a file has not: opening those might block. */
  private Directory open(Path name, Path where, FileStat seen) throws IOException {
    SecureDirectoryStream<Path> opened;
    try {
      opened = secure(stream.newDirectoryStream(in(name).resolve(HERE)));
    } catch (AccessDeniedException e) {
      // One that may be entered and not read; if not even that, the next step says so.
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

  private static SecureDirectoryStream<Path> secure(DirectoryStream<Path> stream)
      throws IOException {
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new IOException("this Java runtime cannot open directories securely; it must be Linux's");
  }
}
